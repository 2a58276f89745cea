// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "preact/hooks";
import { useSurface } from "../context";
import type { State } from "../state";

/** A moment without connection that is over at once needs no words. */
const PATIENCE_MS = 1200;

/** Says kindly that the connection is away; nothing while it is there. */
export function ConnectionBanner({ state }: { state: State }) {
  const { t } = useSurface();
  const lost = state.connection === "lost" && !state.stopped;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status" class="banner-place">
      {shown && (
        <p class="banner banner-warning">
          <span class="spinner" aria-hidden="true" />
          {t(navigator.onLine ? "connection.lost" : "connection.offline")}
        </p>
      )}
    </div>
  );
}

/** Says once what the chat cannot do without storage. */
export function StorageBanner({ blocked }: { blocked: boolean }) {
  const { t } = useSurface();
  const [seen, setSeen] = useState(false);
  if (!blocked || seen) return null;
  return (
    <p class="banner banner-info" role="note">
      <span>{t("storage.blocked")}</span>
      <button type="button" class="link" onClick={() => setSeen(true)}>
        {t("storage.dismiss")}
      </button>
    </p>
  );
}
