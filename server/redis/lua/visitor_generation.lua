-- Raises the generation of a visitor's token, once for each generation that asks.
-- KEYS    visitor
-- ARGV    now or '', generation that the caller saw, seconds to keep an idle visitor
-- RETURNS {generation, since, open conversation or ''}
-- Invariants: of several callers that saw the same generation one raises it, the others learn the new one.
local now = now_ms(ARGV[1])
local generation = tonumber(call('HGET', KEYS[1], 'generation') or 0)
if generation == tonumber(ARGV[2]) then
  generation = generation + 1
  call('HSET', KEYS[1], 'generation', generation, 'since', now)
end
call('EXPIRE', KEYS[1], ARGV[3])
local m = call('HMGET', KEYS[1], 'since', 'open')
return {tostring(generation), m[1] or '0', m[2] or ''}
