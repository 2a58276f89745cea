// SPDX-License-Identifier: Apache-2.0
// A desk that is connected to a server played by the test.
import type { TestContext } from "node:test";
import { Desk } from "../src/desk";
import type { News } from "../src/news";
import { FakeServer, settle } from "./fake_server";
import { fakeTimeouts } from "./fake_timeouts";

/** `news` and `open` are what it told and which chats it opened; `pass` lets time go by. */
export async function opened(context: TestContext, welcome: object = {}) {
  const pass = fakeTimeouts(context);
  const server = new FakeServer(welcome);
  const desk = new Desk(server.client());
  const news: News[] = [];
  const open: string[] = [];
  desk.onNews = (one) => news.push(one);
  desk.onOpen = (chatId) => open.push(chatId);
  const welcomed = desk.client.start();
  await settle();
  await welcomed;
  return { server, desk, news, open, pass };
}
