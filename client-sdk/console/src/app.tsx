// SPDX-License-Identifier: Apache-2.0
// Signed in or not: the one decision above all pages.
import { AgentClient, StoppedError, type SwitchboardError } from "@switchboard/sdk";
import { jsonCodec } from "@switchboard/sdk/json";
import { Button, EmptyState, Spinner, WarningIcon } from "@switchboard/ui/components";
import { useEffect, useState } from "preact/hooks";
import { Desk } from "./desk";
import { DeskContext } from "./desk_context";
import { Session } from "./session";
import { SignInPage } from "./sign_in_page";
import { t, type TextKey } from "./texts";
import { Workplace } from "./workplace";

type Stage =
  | { at: "starting" }
  | { at: "out"; notice?: TextKey }
  | { at: "in"; session: Session; desk: Desk }
  | { at: "ended"; error: SwitchboardError };

/** Tells the other tabs of this browser that the agent has signed out. */
const tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("switchboard:console");

/** The console. */
export function App() {
  const [stage, setStage] = useState<Stage>({ at: "starting" });
  const enter = (session: Session) => setStage({ at: "in", session, desk: openDesk(session, setStage) });
  useEffect(() => {
    Session.resume().then(
      (session) => (session ? enter(session) : setStage({ at: "out" })),
      () => setStage({ at: "out", notice: "signIn.noAnswer" }),
    );
  }, []);
  useEffect(() => {
    if (stage.at !== "in" || !tabs) return;
    tabs.onmessage = () => leave(stage.desk, setStage, "signIn.signedOut");
    return () => {
      tabs.onmessage = null;
    };
  }, [stage]);

  switch (stage.at) {
    case "starting":
      return <Starting />;
    case "out":
      return <SignInPage notice={stage.notice} onSignedIn={enter} />;
    case "ended":
      return <Ended error={stage.error} />;
    case "in":
      return (
        <DeskContext.Provider value={stage.desk}>
          <Workplace agent={stage.session.agent} onSignOut={() => void signOut(stage.session, stage.desk, setStage)} />
        </DeskContext.Provider>
      );
  }
}

function openDesk(session: Session, setStage: (stage: Stage) => void): Desk {
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/ws`;
  const client = new AgentClient({
    url,
    site: session.site,
    codec: jsonCodec,
    token: () => session.token(),
    client: "switchboard-console/0.1.0",
  });
  const desk = new Desk(client);
  client.on("stopped", (error) => {
    if (error instanceof StoppedError && error.closeCode === 0) return; // by this page itself
    // Reloading helps against everything but a session that is over.
    const protocolTrouble = error instanceof StoppedError && [4500, 4503].includes(error.closeCode);
    setStage(protocolTrouble ? { at: "ended", error } : { at: "out", notice: "signIn.expired" });
  });
  client.start().catch(() => {
    // "stopped" has told why.
  });
  return desk;
}

function leave(desk: Desk, setStage: (stage: Stage) => void, notice: TextKey): void {
  desk.client.stop();
  setStage({ at: "out", notice });
}

async function signOut(session: Session, desk: Desk, setStage: (stage: Stage) => void): Promise<void> {
  try {
    await session.signOut();
  } catch {
    return setStage({ at: "in", session, desk }); // still signed in: the header says that the connection is away
  }
  tabs?.postMessage("signed-out");
  leave(desk, setStage, "signIn.signedOut");
}

function Starting() {
  return (
    <main class="starting" role="status">
      <Spinner size={24} />
      <span>{t("app.starting")}</span>
    </main>
  );
}

function Ended({ error }: { error: SwitchboardError }) {
  return (
    <main class="starting">
      <EmptyState
        icon={<WarningIcon size={28} />}
        title={t("app.ended")}
        action={
          <Button variant="primary" onClick={() => location.reload()}>
            {t("app.reload")}
          </Button>
        }
      >
        {t("app.endedDetail", { detail: error.message })}
      </EmptyState>
    </main>
  );
}
