-- A consult ends and the owner stays: by the owner or by the colleague.
-- KEYS    conversation, log
-- ARGV    now or '', prefix, conversation id, agent id of who ends it, draft
-- RETURNS {'ok'} | {'stale_assignment'} (by somebody else) | {'not_found'}
-- Invariants: both see its end; a repeat changes nothing.
local now = now_ms(ARGV[1])
local conversation, log = unpack(KEYS)
local c = call('HMGET', conversation, 'status', 'agent', 'consult')
if not c[1] then return {'not_found'} end
if not c[3] then return {'ok'} end
if c[2] ~= ARGV[4] and c[3] ~= ARGV[4] then return {'stale_assignment'} end
append_events(conversation, log, ARGV[3], ARGV[2], now, {'S', ARGV[5]})
end_consult(conversation, ARGV[2], c[3])
return {'ok'}
