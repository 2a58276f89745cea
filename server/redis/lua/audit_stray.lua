-- Is this a key that nobody owns? Removes it on request, if it is.
-- KEYS    key, its owner's key (of a node's sessions: nodes), nodes
-- ARGV    kind (the letter of the key), id, '1' to remove it
-- RETURNS {'ok'} (nobody owns it) | {'no'}
-- Invariants: sessions of a node that is known keep their key, also when what they belong to has expired.
local key, owner, nodes = unpack(KEYS)
if call('EXISTS', key) == 0 then return {'no'} end
if ARGV[1] == 'n' then
  if call('ZSCORE', nodes, ARGV[2]) then return {'no'} end
elseif call('EXISTS', owner) == 1 then
  return {'no'}
elseif ARGV[1] == 'p' or ARGV[1] == 's' then
  for _, value in ipairs(call('HVALS', key)) do
    if call('ZSCORE', nodes, string.match(value, '^%S+')) then return {'no'} end
  end
end
if ARGV[3] == '1' then call('UNLINK', key) end
return {'ok'}
