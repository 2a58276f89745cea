// SPDX-License-Identifier: Apache-2.0
// Screens on which nothing is going on.
import { useSurface } from "../context";
import { AlertIcon } from "../parts/icons";
import type { StopReason } from "../state";
import type { TextKey } from "../texts";

const REASONS: Record<StopReason, TextKey> = {
  signIn: "stopped.signIn",
  elsewhere: "stopped.elsewhere",
  abuse: "stopped.abuse",
  setup: "stopped.setup",
  defect: "stopped.defect",
};

/** The client has stopped for good: why, and what can be done. */
export function StoppedScreen({ reason }: { reason: StopReason }) {
  const { store, t } = useSurface();
  const mayStartOver = reason !== "abuse" && reason !== "setup";
  return (
    <section class="still" role="alert">
      <span class="still-icon">
        <AlertIcon />
      </span>
      <h2>{t("stopped.title")}</h2>
      <p>{t(REASONS[reason])}</p>
      {mayStartOver && (
        <button type="button" class="button button-primary" data-first onClick={() => store.startOver()}>
          {t("stopped.startOver")}
        </button>
      )}
    </section>
  );
}

/** Before the first connection. */
export function ConnectingScreen() {
  const { t } = useSurface();
  return (
    <section class="still" role="status">
      <span class="spinner spinner-large" aria-hidden="true" />
      <p>{t("connection.connecting")}</p>
    </section>
  );
}
