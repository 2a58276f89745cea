-- Changes the place of a waiting conversation: as if it had come earlier than it did, or ahead of all that are not urgent.
-- KEYS    conversation, log, routing stream
-- ARGV    now or '', prefix, conversation id, boost ms, '1' when it is urgent or '', draft
-- RETURNS {'ok'} | {'illegal_state'} | {'not_found'}
-- Invariants: a boost counts from the first time in a queue, not from the last boost; a repeat changes nothing.
local now = now_ms(ARGV[1])
local conversation, log, stream = unpack(KEYS)
local c = call('HMGET', conversation, 'status', 'arrival', 'enqueued', 'urgent')
if not c[1] then return {'not_found'} end
if c[1] ~= 'queued' and c[1] ~= 'offered' then return {'illegal_state'} end
local arrival = string.format('%d', tonumber(c[3] or c[2]) - tonumber(ARGV[4]))
if arrival == c[2] and ARGV[5] == (c[4] or '') then return {'ok'} end
expect_type('XLEN', log, stream)
append_events(conversation, log, ARGV[3], ARGV[2], now, {'S', ARGV[6]})
call('HSET', conversation, 'arrival', arrival, 'enqueued', c[3] or c[2], 'urgent', ARGV[5])
emit_conversation(conversation, stream, ARGV[3])
return {'ok'}
