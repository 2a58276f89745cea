-- Raises the generation of a visitor's token, once for each generation that asks, or notes that the newest one was presented: the
-- time of its predecessor runs out from then on, since before that nobody is known to have the new token.
-- KEYS    visitor
-- ARGV    now or '', generation that the caller saw, seconds to keep an idle visitor, 'raise' or 'present'
-- RETURNS {generation, since, open conversation or ''}
-- Invariants: of several callers that saw the same generation one raises it, the others learn the new one.
local now = now_ms(ARGV[1])
local generation = tonumber(call('HGET', KEYS[1], 'generation') or 0)
if generation == tonumber(ARGV[2]) then
  if ARGV[4] == 'present' then
    if generation > 0 then call('HSETNX', KEYS[1], 'since', now) end
  else
    generation = generation + 1
    call('HSET', KEYS[1], 'generation', generation)
    call('HDEL', KEYS[1], 'since')
  end
end
call('EXPIRE', KEYS[1], ARGV[3])
local m = call('HMGET', KEYS[1], 'since', 'open')
return {tostring(generation), m[1] or '0', m[2] or ''}
