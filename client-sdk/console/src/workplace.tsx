// SPDX-License-Identifier: Apache-2.0
// What an agent sees while signed in: header, page, dialogs, and offers above all of them.
import { Role } from "@switchboard/sdk";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { notify, ping, Ringer, TabTitle } from "./alerts";
import { ChatsPage } from "./chats/chats_page";
import { CloseDialog } from "./chats/close_dialog";
import { TransferDialog } from "./chats/transfer_dialog";
import type { Desk } from "./desk";
import type { News } from "./news";
import { useDesk } from "./desk_context";
import { type DialogName, dialogs } from "./dialogs";
import { ConnectionBanner, AwayBanner } from "./header/banners";
import { Header } from "./header/header";
import { AwayDialog } from "./header/away_dialog";
import { ShortcutSheet } from "./header/shortcut_sheet";
import { Notices } from "./notices";
import { newsText } from "./news_text";
import { OfferLayer } from "./offers/offer_layer";
import { panels } from "./panels";
import { ExplainDialog } from "./queues/explain_dialog";
import { QueuesPage } from "./queues/queues_page";
import { route } from "./route";
import type { SignedInAgent } from "./session";
import { useShortcuts } from "./shortcuts";
import { useStore } from "./store";
import { customerName, t } from "./texts";
import { wall } from "./wall";

/** The console of a signed-in agent. */
export function Workplace({ agent, onSignOut }: { agent: SignedInAgent; onSignOut: () => void }) {
  const desk = useDesk();
  const { place } = useStore(route);
  const { open } = useStore(dialogs);
  const [announcement, setAnnouncement] = useState("");
  useNews(desk, setAnnouncement);
  useTab(desk);
  useShortcuts(desk);
  // Its chat is gone: closed or passed on elsewhere, or left by the browser's Back.
  const chat = desk.chat(route.chatId);
  const orphan = (open === "transfer" || open === "close") && (!chat || chat.consulting);
  useLayoutEffect(() => {
    if (orphan) dialogs.close();
  }, [orphan]);
  const supervisor = agent.role === Role.SUPERVISOR || agent.role === Role.ADMIN;
  const queues = place.page === "queues" && supervisor;
  const big = useStore(wall).on && queues;
  useLayoutEffect(() => {
    document.documentElement.toggleAttribute("data-wall", big);
  }, [big]);
  return (
    <>
      <div class="workplace" inert={open !== undefined && !orphan}>
        <a class="skip-link" href="#content" onClick={skipTo("content")}>
          {t("skip.content")}
        </a>
        {!queues && mayWrite(desk) && (
          <a class="skip-link" href="#composer" onClick={skipTo("composer")}>
            {t("skip.composer")}
          </a>
        )}
        {!big && <Header agent={agent} supervisor={supervisor} onSignOut={onSignOut} />}
        <ConnectionBanner />
        <AwayBanner />
        <main class="page" id="content" tabIndex={-1}>
          {queues ? <QueuesPage /> : <ChatsPage />}
        </main>
      </div>
      <OpenDialog open={open} />
      <OfferLayer />
      <Notices />
      <div class="sb-visually-hidden" role="status" aria-live="polite">
        {announcement}
      </div>
    </>
  );
}

function mayWrite(desk: Desk): boolean {
  const chat = desk.chat(route.chatId);
  return chat !== undefined && !chat.released && !chat.inWrapUp;
}

function OpenDialog({ open }: { open: DialogName | undefined }) {
  const desk = useDesk();
  const chat = desk.chat(route.chatId);
  const close = () => dialogs.close();
  if (open === "shortcuts") return <ShortcutSheet onClose={close} />;
  if (open === "away") return <AwayDialog onClose={close} />;
  if (open === "explain") return <ExplainDialog key={dialogs.about} conversationId={dialogs.about} onClose={close} />;
  if (open === "transfer" && chat) return <TransferDialog key={chat.id} chat={chat} onClose={close} />;
  if (open === "close" && chat) return <CloseDialog key={chat.id} chat={chat} onClose={close} />;
  return null;
}

function skipTo(id: string) {
  return (event: Event) => {
    event.preventDefault(); // the fragment belongs to the route
    document.getElementById(id)?.focus();
  };
}

// Sounds, notifications and words for what happens; and the way to a chat that was accepted.
function useNews(desk: Desk, announce: (text: string) => void): void {
  useEffect(() => {
    desk.onOpen = (chatId) => {
      dialogs.close();
      route.go({ page: "chats", chatId });
      panels.focusComposer();
    };
    desk.onNews = (news: News) => {
      const inSight = news.kind === "message" && news.chatId === route.chatId && !document.hidden;
      if (inSight) return; // the log itself is a live region
      announce(newsText(news));
      if (news.kind === "message") {
        ping();
        notify(customerName(news.name), news.text, `message-${news.chatId}`, () => route.go({ page: "chats", chatId: news.chatId }));
      } else if (news.kind === "offer") {
        notify(t("offer.title"), newsText(news), `offer-${news.name}`, () => {});
      }
    };
    return () => {
      desk.onOpen = () => {};
      desk.onNews = () => {};
    };
  }, [desk]);
}

// The ring, the title, and a word before unsent texts are left behind.
function useTab(desk: Desk): void {
  const ringer = useMemo(() => new Ringer(), []);
  const title = useRef(new TabTitle());
  const { ringing, unread } = desk;
  const caller = ringing[0];
  useEffect(() => {
    ringer.set(ringing.some(({ answering }) => !answering));
    const flash = caller ? t("offer.tabTitle", { name: customerName(caller.offer.conversation?.customer?.name ?? "") }) : "";
    title.current.set(unread > 0 ? `(${unread}) Switchboard` : "Switchboard", flash);
  }, [desk.version]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => desk.hasUnsent && event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => {
      removeEventListener("beforeunload", warn);
      ringer.set(false);
      title.current.set("Switchboard", "");
    };
  }, [desk]);
}
