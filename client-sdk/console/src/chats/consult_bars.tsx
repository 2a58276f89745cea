// SPDX-License-Identifier: Apache-2.0
// What stands over a chat while a colleague is asked about it: for its owner, and for the colleague.
import type { SwitchboardError } from "@switchboard/sdk";
import { Banner, Button, PersonIcon } from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { problemText } from "../problems";
import { t } from "../texts";
import { namesIn } from "./log_view";

/** The bar that fits; nothing while nobody is asked. */
export function ConsultBar({ chat }: { chat: Chat }) {
  if (chat.released) return null;
  if (chat.consulting) return <AskedBar chat={chat} />;
  return chat.info.consulted && !chat.inWrapUp ? <AskingBar chat={chat} /> : null;
}

// What is under way, and why it failed.
function useDoing() {
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const run = (what: string, doing: Promise<void>) => {
    setBusy(what);
    setProblem("");
    doing.then(
      () => setBusy(""),
      (error: SwitchboardError) => {
        setBusy("");
        setProblem(problemText(error));
      },
    );
  };
  return { busy, problem, run };
}

function AskingBar({ chat }: { chat: Chat }) {
  const desk = useDesk();
  const { busy, problem, run } = useDoing();
  const { consulted } = chat.info;
  const name = namesIn(chat.conversation.log).get(consulted) ?? desk.agentName(consulted);
  const actions = (
    <span class="consult-actions">
      <Button size="small" busy={busy === "keep"} onClick={() => run("keep", chat.conversation.endConsult())}>
        {t("consult.keep")}
      </Button>
      <Button size="small" variant="primary" busy={busy === "pass"} onClick={() => run("pass", chat.conversation.completeConsult())}>
        {t("consult.pass")}
      </Button>
    </span>
  );
  return (
    <Banner tone="note" icon={<PersonIcon />} actions={actions}>
      <span role="status">{t("consult.looking", { name })}</span>
      <Problem text={problem} />
    </Banner>
  );
}

function AskedBar({ chat }: { chat: Chat }) {
  const desk = useDesk();
  const { busy, problem, run } = useDoing();
  const { agent } = chat.info;
  const name = agent?.name || desk.agentName(agent?.id ?? "") || t("consult.colleague");
  const leave = (
    <Button size="small" busy={busy === "leave"} onClick={() => run("leave", chat.conversation.endConsult())}>
      {t("consult.leave")}
    </Button>
  );
  return (
    <Banner tone="note" icon={<PersonIcon />} actions={leave}>
      <span role="status">{t("consult.asked", { name })}</span>
      <Problem text={problem} />
    </Banner>
  );
}

function Problem({ text }: { text: string }) {
  return (
    <span class="form-problem" role="alert">
      {text && ` ${text}`}
    </span>
  );
}
