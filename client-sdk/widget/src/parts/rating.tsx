// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { useSurface } from "../context";
import { failureText } from "../state";
import type { TextKey } from "../texts";
import { CheckIcon, StarIcon } from "./icons";

const SCORES = [1, 2, 3, 4, 5] as const;
/** The server takes 2,000 bytes; a character has at most three of them per UTF-16 unit. */
const COMMENT_UNITS = 660;

/** One to five stars and a word, once. Real radio buttons, so arrows and screen readers know what to do. */
export function Rating({ given }: { given: number }) {
  const { store, t } = useSurface();
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState("");
  const [state, setState] = useState<"open" | "busy" | "sent">(given > 0 ? "sent" : "open");
  const [failure, setFailure] = useState<TextKey>();
  if (state === "sent") {
    return (
      <p class="rating-thanks" role="status">
        <CheckIcon />
        {t("rating.thanks")}
      </p>
    );
  }
  const submit = (event: Event) => {
    event.preventDefault();
    if (score === 0 || state === "busy") return;
    setState("busy");
    store.rate(score, comment.trim()).then(
      () => setState("sent"),
      (error: unknown) => {
        setState("open");
        setFailure(failureText(error));
      },
    );
  };
  return (
    <form class="rating" onSubmit={submit}>
      <fieldset class="stars">
        <legend>{t("rating.question")}</legend>
        {SCORES.map((value) => (
          <label key={value} class={value <= score ? "star star-on" : "star"} title={t(`rating.${value}`)}>
            <input
              type="radio"
              class="star-input"
              name="score"
              value={value}
              checked={score === value}
              onChange={() => setScore(value)}
            />
            <span class="hidden">{t(`rating.${value}`)}</span>
            <StarIcon />
          </label>
        ))}
      </fieldset>
      {score > 0 && (
        <>
          <textarea
            class="control"
            rows={2}
            dir="auto"
            maxLength={COMMENT_UNITS}
            aria-label={t("rating.comment")}
            placeholder={t("rating.comment")}
            value={comment}
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
          {failure && (
            <p class="field-error" role="alert">
              {t(failure)}
            </p>
          )}
          <button type="submit" class="button button-wide" aria-disabled={state === "busy"}>
            {t("rating.send")}
          </button>
        </>
      )}
    </form>
  );
}
