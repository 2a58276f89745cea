// SPDX-License-Identifier: Apache-2.0
// @switchboard/sdk: customer and agent clients for browsers and Node.
//
// All times are milliseconds; all 64-bit numbers of the schema (seq, event_id, times of the server) are bigint.
export { AgentClient, type AgentEvents, type AgentOptions, type Priority, type Waiting } from "./agent_client";
export { AgentConversation, type Outcome, type TransferOptions } from "./agent_conversation";
export type { BackoffOptions } from "./backoff";
export type { ClientEvents, ClientOptions, TokenSource } from "./chat_client";
export { CloseCode, closeCodeName, ErrorCode, errorCodeName, mayReconnect } from "./codes";
export type { Codec } from "./codec";
export type { Command, ConnectionState, Reply } from "./connection";
export { Conversation, type ConversationEvents } from "./conversation";
export { CustomerClient, CustomerConversation, type CustomerEvents, type CustomerOptions, type StartOptions } from "./customer_client";
export { browserLocks, browserStorage, type KeyValueStorage, type Locks, memoryStorage, type Timers } from "./environment";
export { CommandError, ConnectionLostError, hasCode, ProtocolError, StoppedError, SwitchboardError, TimeoutError } from "./errors";
export { Emitter, type Listener } from "./events";
export { AgentSignIn, type Fetch, SignInError, type SignInOptions } from "./sign_in";
export { type Socket, type SocketHandlers, type Transport, webSocketTransport, type WebSocketClass, type WebSocketLike } from "./transport";
export type { MessageKind, UnsentMessage } from "./unsent_queue";

export type {
  AgentStatus,
  AgentVerdict,
  Colleague,
  DepartmentQueue,
  Explanation,
  HorizonsAdvanced,
  Limits,
  Log,
  MessageAccepted,
  OfferWithdrawn,
  QueuePosition,
  QueueSnapshot,
  QueuesWatched,
  QueueTotals,
  TestCount,
  Typing,
  WaitEstimate,
  WaitingConversation,
  Welcome,
} from "./gen/json/switchboard/v1/client";
export {
  Audience,
  type Candidate,
  type Event,
  type InactivityWarned,
  LeaveReason,
  type Message,
  OfferOutcome,
  type RoutingRecord,
} from "./gen/json/switchboard/v1/event";
export {
  AgentState,
  ClosedReason,
  type Conversation as ConversationInfo,
  ConversationStatus,
  type DepartmentInfo,
  type Horizons,
  type Offer,
  type Participant,
  Role,
  type Skill,
} from "./gen/json/switchboard/v1/model";
