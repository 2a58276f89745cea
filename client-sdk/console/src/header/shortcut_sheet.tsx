// SPDX-License-Identifier: Apache-2.0
import { Dialog } from "@switchboard/ui/components";
import { settings } from "../settings";
import { SHORTCUTS } from "../shortcuts";
import { useStore } from "../store";
import { t } from "../texts";

/** What the keyboard does. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { singleKeys } = useStore(settings);
  return (
    <Dialog title={t("keys.title")} closeLabel={t("dialog.close")} onClose={onClose} wide>
      <div class="shortcut-groups">
        {SHORTCUTS.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl class="shortcuts">
              {shortcuts.map(({ keys, text }) => (
                <div key={text}>
                  <dt>{t(text)}</dt>
                  <dd>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="shortcut-switch">
        <input type="checkbox" checked={singleKeys} onChange={(event) => (settings.singleKeys = event.currentTarget.checked)} />
        <span>{t("keys.single")}</span>
      </label>
      <p class="shortcut-hint">{t("keys.hint")}</p>
    </Dialog>
  );
}
