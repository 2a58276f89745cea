-- The customer's rating, possible once the talk is over. A later one replaces it and goes to the archive again.
-- KEYS    conversation, log, outbox
-- ARGV    now or '', prefix, conversation id, visitor id, score, draft
-- RETURNS {'ok'} | {'not_found'} | {'illegal_state'}
-- Invariants: the archive learns of every rating that the customer was told is taken; the same one again changes nothing.
local now = now_ms(ARGV[1])
local conversation, log, outbox = unpack(KEYS)
local m = call('HMGET', conversation, 'status', 'visitor', 'rated', 'closed')
if not m[1] or m[2] ~= ARGV[4] then return {'not_found'} end
if m[1] ~= 'closed' and m[1] ~= 'wrap_up' then return {'illegal_state'} end
-- Without the last 11 bytes, which hold the random event_id.
local rated = ARGV[5] .. ' ' .. redis.sha1hex(string.sub(ARGV[6], 1, -12))
if m[3] == rated then return {'ok'} end
expect_type('XLEN', log, outbox)
call('HSET', conversation, 'rating', ARGV[5], 'rated', rated)
append_events(conversation, log, ARGV[3], ARGV[2], now, {'A', ARGV[6]})
if m[1] == 'closed' then call('XADD', outbox, '*', 'r', ARGV[3], 't', m[4]) end
return {'ok'}
