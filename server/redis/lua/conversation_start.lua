-- Starts a conversation and puts it into the queue, or names the visitor's open one.
-- KEYS    visitor, conversation, log, live, routing stream, the visitor's open conversation as the caller knows it (or the new one)
-- ARGV    now or '', id, visitor id, epoch, department, skills, weight, topic, name, preview, known open id or '', started draft,
--         first message: instance or '', digest, draft
-- RETURNS {'ok'} | {'open', id} (the visitor has an open one) | {'retry', id} (call again with this id as the known one)
-- Invariants: one open conversation per visitor; effective arrival is set once.
local now = now_ms(ARGV[1])
local visitor, conversation, log, live, stream, known = unpack(KEYS)
local open = call('HGET', visitor, 'open') or ''
if open == ARGV[2] then return {'open', open} end
if open ~= '' then
  if open ~= ARGV[11] then return {'retry', open} end
  local status = call('HGET', known, 'status')
  if status and status ~= 'closed' and status ~= 'wrap_up' then return {'open', open} end
end

call('HSET', conversation, 'version', 0, 'status', 'queued', 'department', ARGV[5], 'skills', ARGV[6], 'weight', ARGV[7],
  'arrival', now, 'queued', now, 'started', now, 'agent', '', 'offer', '', 'deadline', '', 'assign_epoch', 0, 'absent', '',
  'cooldowns', '', 'epoch', ARGV[4], 'visitor', ARGV[3], 'name', ARGV[9], 'topic', ARGV[8], 'preview', ARGV[10], 'seq', 0, 'all', 0)
call('SADD', live, ARGV[2])
call('HSET', visitor, 'open', ARGV[2])
local drafts = {'A', ARGV[12]}
if ARGV[13] ~= '' then
  drafts[3], drafts[4] = 'A', ARGV[15]
  call('HSET', conversation, 'd:' .. ARGV[13], '1 2 ' .. ARGV[14])
end
append_events(conversation, log, ARGV[2], '', now, drafts)
emit_conversation(conversation, stream, ARGV[2])
return {'ok'}
