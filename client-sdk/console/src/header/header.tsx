// SPDX-License-Identifier: Apache-2.0
import { AgentState, Role } from "@switchboard/sdk";
import {
  Avatar,
  BellIcon,
  CheckIcon,
  Dot,
  KeyboardIcon,
  IconButton,
  Menu,
  type MenuItem,
  MoonIcon,
  MutedIcon,
  ScreenIcon,
  SignOutIcon,
  SoundIcon,
  SunIcon,
} from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import { mayAskForNotifications, notificationsOn, ping } from "../alerts";
import { useDesk } from "../desk_context";
import { dialogs } from "../dialogs";
import { hrefOf, route } from "../route";
import type { SignedInAgent } from "../session";
import { settings, type Theme } from "../settings";
import { useStore } from "../store";
import { t, type TextKey } from "../texts";
import { Mark } from "./mark";
import { StateMenu } from "./state_menu";

/** Where the agent is, how the agent is, and what can be set. */
export function Header({ agent, supervisor, onSignOut }: { agent: SignedInAgent; supervisor: boolean; onSignOut: () => void }) {
  const { sound } = useStore(settings);
  return (
    <header class="header">
      <a class="header-brand" href={hrefOf({ page: "chats" })} aria-label="Switchboard">
        <Mark />
        <span class="header-name">Switchboard</span>
      </a>
      <Pages supervisor={supervisor} />
      <div class="header-end">
        <Load />
        <StateMenu />
        <div class="header-wide">
          <IconButton
            label={sound ? t("header.soundOff") : t("header.soundOn")}
            icon={sound ? <SoundIcon /> : <MutedIcon />}
            onClick={toggleSound}
          />
          <IconButton label={t("header.shortcuts")} icon={<KeyboardIcon />} onClick={() => dialogs.show("shortcuts")} />
        </div>
        <AccountMenu agent={agent} onSignOut={onSignOut} />
      </div>
    </header>
  );
}

function toggleSound(): void {
  settings.sound = !settings.sound;
  if (settings.sound) ping();
}

function Pages({ supervisor }: { supervisor: boolean }) {
  const desk = useDesk();
  const { place } = useStore(route);
  if (!supervisor) return null;
  const link = (page: "chats" | "queues", text: string) => (
    <a class="header-page" href={hrefOf({ page })} {...(place.page === page ? { "aria-current": "page" as const } : {})}>
      {text}
    </a>
  );
  return (
    <nav class="header-pages" aria-label={t("header.pages")}>
      {link("chats", desk.unread > 0 ? t("header.chatsUnread", { count: desk.unread }) : t("header.chats"))}
      {link("queues", t("header.queues"))}
    </nav>
  );
}

// One box for each place that the agent has; more than these are only a number.
const MOST_BOXES = 8;

function Load() {
  const { status } = useDesk();
  if (!status || status.capacity === 0) return null;
  const { load, capacity } = status;
  return (
    <div class="load" role="img" aria-label={t("header.load", { load, capacity })} title={t("header.load", { load, capacity })}>
      {capacity <= MOST_BOXES && (
        <span class="load-boxes">
          {Array.from({ length: capacity }, (_, at) => (
            <span key={at} class={at < load ? "load-box load-box-taken" : "load-box"} />
          ))}
        </span>
      )}
      <span class="load-number">{`${load}/${capacity}`}</span>
    </div>
  );
}

const ROLES: Partial<Record<Role, TextKey>> = {
  [Role.SUPERVISOR]: "role.supervisor",
  [Role.ADMIN]: "role.admin",
  [Role.BOT]: "role.bot",
};

const THEMES: readonly { theme: Theme; text: TextKey; icon: preact.JSX.Element }[] = [
  { theme: "system", text: "theme.system", icon: <ScreenIcon size={18} /> },
  { theme: "light", text: "theme.light", icon: <SunIcon size={18} /> },
  { theme: "dark", text: "theme.dark", icon: <MoonIcon size={18} /> },
];

function AccountMenu({ agent, onSignOut }: { agent: SignedInAgent; onSignOut: () => void }) {
  const { theme, sound } = useStore(settings);
  const [, asked] = useState(0);
  const { status } = useDesk();
  const items: MenuItem[] = [
    {
      label: sound ? t("header.soundOff") : t("header.soundOn"),
      icon: sound ? <SoundIcon size={18} /> : <MutedIcon size={18} />,
      onChoose: toggleSound,
    },
    ...notificationItems(() => asked((count) => count + 1)),
    { label: t("header.shortcuts"), icon: <KeyboardIcon size={18} />, detail: "?", onChoose: () => dialogs.show("shortcuts") },
    ...THEMES.map((one, at) => ({
      label: t(one.text),
      icon: one.icon,
      checked: one.theme === theme,
      separated: at === 0,
      ...(one.theme === theme ? { detail: <CheckIcon size={16} /> } : {}),
      onChoose: () => (settings.theme = one.theme),
    })),
    { label: t("header.signOut"), icon: <SignOutIcon size={18} />, separated: true, onChoose: onSignOut },
  ];
  const header = (
    <div class="account">
      <Avatar name={agent.name} colourKey={agent.id} />
      <div class="account-words">
        <strong>{agent.name}</strong>
        <span>{t(ROLES[agent.role] ?? "role.agent")}</span>
      </div>
    </div>
  );
  const button = (
    <span class="account-button">
      <Avatar name={agent.name} colourKey={agent.id} size="small" />
      <Dot tone={status?.state === AgentState.AVAILABLE ? "good" : "caution"} />
    </span>
  );
  return <Menu label={t("header.account", { name: agent.name })} button={button} items={items} header={header} />;
}

function notificationItems(asked: () => void): MenuItem[] {
  const icon = <BellIcon size={18} />;
  if (mayAskForNotifications()) {
    return [{ label: t("header.notificationsAsk"), icon, onChoose: () => void Notification.requestPermission().then(asked) }];
  }
  const detail = notificationsOn() ? t("header.on") : t("header.blocked");
  return [{ label: t("header.notifications"), icon, detail, onChoose: () => {} }];
}
