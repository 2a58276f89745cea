-- Starts a conversation and puts it into the queue, or names the visitor's open one.
-- KEYS    visitor, conversation, log, live, routing stream, the visitor's open conversation as the caller knows it (or the new one),
--         customer sessions, node sessions, nodes
-- ARGV    now or '', id, visitor id, epoch, department, skills, weight, topic, name, preview, known open id or '',
--         seconds to keep an idle visitor, the customer's session or '', its incarnation, its endpoint, started draft,
--         first message: instance or '', digest, draft; boost ms, '1' when it is urgent or '', how long in ms it may wait for the
--         agent of the visitor's last conversation ('0': not), what a repetition of this start has too or ''
-- RETURNS {'ok'} | {'open', id} (the visitor has an open one, or this is a repetition) | {'retry', id} (call again with this id as the known one)
--         | {'illegal_state'} (the id is taken) | {'unavailable'} (the session's node has no live lease)
-- Invariants: one open conversation per visitor; without a session the customer is absent.
local now, beyond_us = now_ms(ARGV[1])
local visitor, conversation, log, live, stream, known, sessions, node, nodes = unpack(KEYS)
local id, session = ARGV[2], ARGV[13]
local m = call('HMGET', visitor, 'open', 'start')
local open, last = m[1] or '', {}
if open == id or (ARGV[23] ~= '' and m[2] == ARGV[23]) then return {'open', open} end
if open ~= '' then
  if open ~= ARGV[11] then return {'retry', open} end
  last = call('HMGET', known, 'status', 'agent')
  if last[1] and last[1] ~= 'closed' and last[1] ~= 'wrap_up' then return {'open', open} end
end
if call('EXISTS', conversation) == 1 then return {'illegal_state'} end
if session ~= '' and not lease_lives(nodes, ARGV[14], now) then return {'unavailable'} end
expect_type('XLEN', log, stream)
expect_type('SCARD', live)
if session ~= '' then
  expect_type('HLEN', sessions)
  expect_type('SCARD', node)
end

local skills, deadline = ARGV[6], ''
if ARGV[22] ~= '0' and last[2] and last[2] ~= '' then
  skills = '@' .. last[2] .. '=1' .. (skills ~= '' and ',' .. skills or '')
  deadline = string.format('%d', now + tonumber(ARGV[22]))
end
-- What message_append needs stands first: in a small hash Redis looks for a field from the beginning.
call('HSET', conversation, 'seq', '0', 'all', '0', 'status', 'queued', 'visitor', ARGV[3], 'agent', '', 'assign_epoch', '0', 'ec', '',
  'ea', '', 'ew', '', 'version', '0', 'department', ARGV[5], 'skills', skills, 'weight', ARGV[7],
  'arrival', string.format('%d', now - tonumber(ARGV[20])), 'arrival_us', beyond_us, 'offer', '', 'deadline', deadline, 'absent', session == '' and now or '',
  'cooldowns', '', 'enqueued', now, 'urgent', ARGV[21], 'step', '', 'queued', now, 'started', now, 'epoch', ARGV[4], 'name', ARGV[9],
  'topic', ARGV[8], 'preview', ARGV[10])
call('SADD', live, id)
call('HSET', visitor, 'open', id, 'start', ARGV[23])
call('EXPIRE', visitor, ARGV[12])
local drafts = {'A', ARGV[16]}
if ARGV[17] ~= '' then
  drafts[3], drafts[4] = 'A', ARGV[19]
  call('HSET', conversation, 'd:c:' .. ARGV[17], '1 2 ' .. ARGV[18])
end
-- Before the endpoint is listed: who starts a conversation reads its log anyway.
append_events(conversation, log, id, '', now, drafts)
if session ~= '' then
  call('HSET', sessions, session, ARGV[14] .. ' ' .. ARGV[15])
  call('SADD', node, 'c ' .. id .. ' ' .. session)
  call('HSET', conversation, 'ec', ARGV[15])
end
emit_conversation(conversation, stream, id)
return {'ok'}
