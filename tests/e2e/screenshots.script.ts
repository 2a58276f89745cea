// SPDX-License-Identifier: Apache-2.0
// Pictures of every page and state. Names as arguments choose some: widget, storage, closed, console, forty, queues, hundred, german.
import { launchBrowser } from "./support/browser";
import { Scene } from "./support/scene";
import { ServerProcess } from "./support/server";
import { demoTenant, type Tenant } from "./support/tenant";
import { consolePictures, fortyChatsPictures } from "./pictures/console_pictures";
import { germanPictures } from "./pictures/german_pictures";
import { manyQueuesPictures, queuePictures } from "./pictures/queue_pictures";
import { blockedStoragePictures, closedPictures, widgetPictures } from "./pictures/widget_pictures";

const tenant = demoTenant();
const closed: Tenant = { ...tenant, departments: tenant.departments.map((one) => ({ ...one, open: false })) };
const roomy: Tenant = { ...tenant, agents: tenant.agents.map((one) => ({ ...one, capacity: 50 })) };
const hundred: Tenant = {
  ...tenant,
  departments: Array.from({ length: 100 }, (_, at) => ({
    id: `department_${at}`,
    name: at === 3 ? "A department whose name is much longer than anybody would expect" : `Department ${at}`,
  })),
  agents: tenant.agents.map((one) => ({ ...one, departments: ["department_1"], skills: {} })),
};

const SERIES: Record<string, [pictures: (stage: Scene) => Promise<void>, tenant: Tenant]> = {
  widget: [widgetPictures, tenant],
  storage: [blockedStoragePictures, tenant],
  closed: [closedPictures, closed],
  console: [consolePictures, tenant],
  forty: [fortyChatsPictures, roomy],
  queues: [queuePictures, tenant],
  hundred: [manyQueuesPictures, hundred],
  german: [germanPictures, tenant],
};

async function main(wanted: string[]): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const [name, [pictures, itsTenant]] of Object.entries(SERIES)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const stage = new Scene(browser, await ServerProcess.start(itsTenant));
      try {
        await pictures(stage);
        console.log(`screenshots: ${name}`);
      } catch (error) {
        console.error(`screenshots: ${name} is incomplete: ${String(error)}`);
        process.exitCode = 1;
      } finally {
        await stage.dispose();
      }
    }
  } finally {
    await browser.close();
  }
}

void main(process.argv.slice(2));
