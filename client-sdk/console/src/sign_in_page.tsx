// SPDX-License-Identifier: Apache-2.0
import { Banner, Button, InfoIcon, TextField, WarningIcon } from "@switchboard/ui/components";
import type { Ref } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Mark } from "./header/mark";
import { signInProblem } from "./problems";
import { Session } from "./session";
import { t, type TextKey } from "./texts";

/** Asks for login and password until the server lets the agent in. The site comes from `?site=`; without, it is the default one. */
export function SignInPage({ notice, onSignedIn }: { notice: TextKey | undefined; onSignedIn: (session: Session) => void }) {
  const [problem, setProblem] = useState("");
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <div class="sign-in-brand">
          <Mark size={40} />
          <h1>{t("signIn.title")}</h1>
          <p>{t("signIn.lead")}</p>
        </div>
        <div role="alert" class="sign-in-news">
          {(problem || notice) && (
            <Banner tone={problem ? "bad" : "accent"} icon={problem ? <WarningIcon /> : <InfoIcon />}>
              {problem || (notice && t(notice))}
            </Banner>
          )}
        </div>
        <SignInForm onSignedIn={onSignedIn} onProblem={setProblem} />
      </div>
    </main>
  );
}

function SignInForm({ onSignedIn, onProblem }: { onSignedIn: (session: Session) => void; onProblem: (problem: string) => void }) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = async (event: Event) => {
    event.preventDefault();
    onProblem("");
    setTried(true);
    if (!login.trim() || !password) return;
    setBusy(true);
    try {
      const site = new URLSearchParams(location.search).get("site") ?? "";
      onSignedIn(await Session.signIn(site, login.trim(), password));
    } catch (error) {
      onProblem(signInProblem(error));
      setBusy(false);
    }
  };
  return (
    <form class="sign-in-form" noValidate onSubmit={(event) => void submit(event)}>
      <LoginField field={first} value={login} onWrite={setLogin} missing={tried && !login.trim()} />
      <TextField
        label={t("signIn.password")}
        type="password"
        value={password}
        onInput={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        error={tried && !password ? t("signIn.passwordMissing") : ""}
      />
      <Button type="submit" variant="primary" busy={busy}>
        {t("signIn.submit")}
      </Button>
    </form>
  );
}

interface LoginFieldProps {
  field: Ref<HTMLInputElement>;
  value: string;
  onWrite: (login: string) => void;
  missing: boolean;
}

function LoginField({ field, value, onWrite, missing }: LoginFieldProps) {
  return (
    <TextField
      label={t("signIn.login")}
      inputRef={field}
      value={value}
      onInput={(event) => onWrite(event.currentTarget.value)}
      autoComplete="username"
      autoCapitalize="none"
      spellcheck={false}
      error={missing ? t("signIn.loginMissing") : ""}
    />
  );
}
