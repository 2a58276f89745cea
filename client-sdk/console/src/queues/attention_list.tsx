// SPDX-License-Identifier: Apache-2.0
import { Button, CheckIcon, WarningIcon } from "@switchboard/ui/components";
import { t } from "../texts";
import type { Attention } from "./service_figures";

/** So many alerts are shown at first; the rest is one click away. */
const SHOWN = 5;

/** What needs attention, on top of everything; a word of relief where nothing does. News of it are read out. */
export function AttentionList(props: {
  attentions: readonly Attention[];
  all: boolean;
  onAll: () => void;
  onChoose: (id: string) => void;
}) {
  const { attentions, all, onAll, onChoose } = props;
  const shown = all ? attentions : attentions.slice(0, SHOWN);
  return (
    <section class="attentions" aria-label={t("queues.attentions")}>
      <ul aria-live="polite" aria-relevant="additions text">
        {attentions.length === 0 && (
          <li class="attention attention-none">
            <CheckIcon size={18} />
            {t("queues.attentionNone")}
          </li>
        )}
        {shown.map(({ kind, department, count }) => (
          <li key={`${kind} ${department.id}`} class={`attention attention-${kind}`}>
            <WarningIcon size={18} />
            <span>{t(`queues.attention.${kind}`, { count, name: department.name })}</span>
            <button
              type="button"
              class="attention-show"
              aria-label={t("queues.lookAt", { name: department.name })}
              onClick={() => onChoose(department.id)}
            >
              {t("queues.look")}
            </button>
          </li>
        ))}
      </ul>
      {attentions.length > shown.length && (
        <Button size="small" variant="quiet" onClick={onAll}>
          {t("queues.attentionMore", { count: attentions.length - shown.length })}
        </Button>
      )}
    </section>
  );
}
