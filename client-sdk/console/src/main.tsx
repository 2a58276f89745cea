// SPDX-License-Identifier: Apache-2.0
import "@switchboard/ui/tokens.css";
import "@switchboard/ui/components.css";
import "uplot/dist/uPlot.min.css";
import "./styles/app.css";
import { render } from "preact";
import { unlockSound } from "./alerts";
import { App } from "./app";
import { route } from "./route";
import { settings } from "./settings";
import { dir, locale } from "./texts";

document.documentElement.lang = locale;
document.documentElement.dir = dir;
settings.apply();
route.start();
unlockSound();
const root = document.getElementById("console");
if (root) render(<App />, root);
