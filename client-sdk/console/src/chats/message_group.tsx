// SPDX-License-Identifier: Apache-2.0
import {
  Avatar,
  Button,
  CheckIcon,
  ClockIcon,
  CopyIcon,
  DoubleCheckIcon,
  NoteIcon,
  RetryIcon,
  WarningIcon,
} from "@switchboard/ui/components";
import type { Chat, RejectedText } from "../chat";
import { useDesk } from "../desk_context";
import { LinkedText } from "../parts/linked_text";
import { problemText } from "../problems";
import { customerName, t, time } from "../texts";
import type { Entry, Line, Receipt } from "./log_view";

type Group = Extract<Entry, { type: "group" }>;

/** Messages of one person in a row. Notes look like nothing else, so that none is taken for a message. */
export function MessageGroup({ group, chat, names }: { group: Group; chat: Chat; names: Map<string, string> }) {
  const { side, kind, lines } = group;
  const author = authorOf(group, chat, names);
  const last = lines.at(-1);
  return (
    <div class={`group group-${side} ${kind === "note" ? "group-note" : ""}`}>
      {side !== "own" && <Avatar name={author} colourKey={side === "customer" ? chat.id : group.senderId} size="small" />}
      <div class="group-lines">
        <p class="group-author">
          {kind === "note" && <NoteIcon size={14} />}
          <strong>{author}</strong>
          {kind === "note" && <span>{t("log.noteHint")}</span>}
        </p>
        {lines.map((line) => (
          <Bubble key={line.key} line={line} chat={chat} />
        ))}
        {last && !last.rejected && (
          <p class="group-foot">
            {last.receipt === "unsent" ? null : <time dateTime={new Date(last.ms).toISOString()}>{time.clock(last.ms)}</time>}
            {last.receipt && <ReceiptMark receipt={last.receipt} />}
          </p>
        )}
      </div>
    </div>
  );
}

function authorOf({ side, senderId }: Group, chat: Chat, names: Map<string, string>): string {
  if (side === "customer") return customerName(chat.customerName);
  if (side === "own") return t("log.you");
  return side === "system" ? t("log.system") : (names.get(senderId) ?? senderId);
}

function Bubble({ line, chat }: { line: Line; chat: Chat }) {
  return (
    <>
      <div class={`bubble ${line.receipt === "unsent" ? "bubble-unsent" : ""} ${line.rejected ? "bubble-rejected" : ""}`}>
        <LinkedText text={line.text} />
      </div>
      {line.rejected && <Rejected rejected={line.rejected} chat={chat} />}
    </>
  );
}

const RECEIPTS: Record<Receipt, preact.JSX.Element> = {
  unsent: <ClockIcon size={14} />,
  sent: <CheckIcon size={14} />,
  delivered: <DoubleCheckIcon size={14} />,
  read: <DoubleCheckIcon size={14} />,
};

function ReceiptMark({ receipt }: { receipt: Receipt }) {
  const desk = useDesk();
  const waits = receipt === "unsent" && desk.connection !== "ready";
  return (
    <span class={`receipt receipt-${receipt}`}>
      {RECEIPTS[receipt]}
      {waits ? t("receipt.waiting") : t(`receipt.${receipt}`)}
    </span>
  );
}

function Rejected({ rejected, chat }: { rejected: RejectedText; chat: Chat }) {
  const desk = useDesk();
  const retry = () => {
    chat.dismiss(rejected.id);
    chat.send(rejected.kind, rejected.text);
  };
  return (
    <div class="rejected" role="alert">
      <WarningIcon size={16} />
      <span>{t("log.rejected", { reason: problemText(rejected.error) })}</span>
      {!chat.released && (
        <Button size="small" variant="quiet" icon={<RetryIcon size={16} />} onClick={retry} disabled={desk.connection === "stopped"}>
          {t("log.retry")}
        </Button>
      )}
      {navigator.clipboard && (
        <Button
          size="small"
          variant="quiet"
          icon={<CopyIcon size={16} />}
          onClick={() => void navigator.clipboard.writeText(rejected.text)}
        >
          {t("log.copy")}
        </Button>
      )}
      <Button size="small" variant="quiet" onClick={() => chat.dismiss(rejected.id)}>
        {t("log.discard")}
      </Button>
    </div>
  );
}
