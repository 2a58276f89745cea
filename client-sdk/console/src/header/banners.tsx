// SPDX-License-Identifier: Apache-2.0
import { AgentState } from "@switchboard/sdk";
import { Banner, Button, CloudOffIcon, InfoIcon, Spinner } from "@switchboard/ui/components";
import { useEffect, useState } from "preact/hooks";
import { useDesk } from "../desk_context";
import { t } from "../texts";
import { isAutoAway } from "./state_menu";

/** So long a connection may be away before it is worth a word. */
const PATIENCE_MS = 800;

/** Says that the connection is away, and what that means. */
export function ConnectionBanner() {
  const { connection } = useDesk();
  const online = useOnline();
  const away = connection !== "ready" || !online;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!away) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [away]);
  return (
    <div role="status">
      {shown && (
        <Banner tone="caution" icon={online ? <Spinner /> : <CloudOffIcon />}>
          {online ? t("connection.reconnecting") : t("connection.offline")}
        </Banner>
      )}
    </div>
  );
}

// A lost network shows here long before the connection is given up.
function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return online;
}

/** Says that the server has set the agent away, and offers the way back. */
export function AwayBanner() {
  const desk = useDesk();
  return (
    <div role="status">
      {isAutoAway(desk.status) && (
        <Banner
          tone="accent"
          icon={<InfoIcon />}
          actions={
            <Button size="small" variant="primary" onClick={() => desk.trySetState(AgentState.AVAILABLE)}>
              {t("away.back")}
            </Button>
          }
        >
          {t("away.auto")}
        </Banner>
      )}
    </div>
  );
}
