-- The owner asks a colleague to look at the conversation.
-- KEYS    conversation, log, the colleague, its sessions, its consults
-- ARGV    now or '', prefix, conversation id, owner, assign_epoch, colleague's id, audience, draft, ...
-- RETURNS {'ok'} | {'stale_assignment'} | {'illegal_state'} | {'not_found'}
-- Invariants: one colleague at a time, and not the owner; it gets the events from the first of these on; a repeat changes nothing.
local now = now_ms(ARGV[1])
local conversation, log, colleague, sessions, consults = unpack(KEYS)
local prefix, id, name = ARGV[2], ARGV[3], ARGV[6]
local c = call('HMGET', conversation, 'status', 'agent', 'assign_epoch', 'consult', 'ea')
if not c[1] then return {'not_found'} end
if c[2] ~= ARGV[4] or c[3] ~= ARGV[5] then return {'stale_assignment'} end
if c[4] == name then return {'ok'} end
if c[1] ~= 'active' or c[4] or name == ARGV[4] then return {'illegal_state'} end
if call('HGET', colleague, 'choice') ~= 'available' or call('HLEN', sessions) == 0 then return {'illegal_state'} end
expect_type('XLEN', log)
expect_type('SCARD', consults)

local its = endpoints(sessions)
call('HSET', conversation, 'consult', name, 'eo', c[5], 'ek', its, 'ea', c[5] .. ' ' .. its)
call('SADD', consults, id)
append_events(conversation, log, id, prefix, now, drafts_from(7))
notify_agent(prefix, sessions, name)
return {'ok'}
