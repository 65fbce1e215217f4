"""Which words are keys and values made of? An adjective and a noun make some 58,000 pairs."""

from __future__ import annotations

_ADJECTIVES = """
abrupt absent absurd acidic active adept aerial airy alert aloof amber ample ancient
angular annual antique apt arctic ardent arid ashen astute august austere autumn avid azure
bashful beige bitter bland blank bleak blind blithe blond blunt bold bouncy brash brave breezy
brief bright brisk brittle broad bronze bubbly bulky bumpy burly busy calm candid careful
carmine caustic cedar central chalky chilly chubby civic civil classic clean clear clever
cloudy clumsy coarse cobalt comic compact copper coral cordial cosmic cosy crafty creamy
crimson crisp crooked crude cubic curly damp dapper daring dark dazzling decent deep deft dense
dim direct distant docile dotted drab dreamy drowsy dry dual dull dusky dusty eager early
earnest earthy eastern ebony elastic elder elegant elfin empty equal erratic exact exotic
faded faint famous fancy feeble fertile festive fickle fierce fiery final fine flat fleet
flimsy florid fluent fluffy foggy fond formal fragile frail frank fresh frosty frugal fuzzy
gallant gaudy gaunt gentle genuine giant giddy gilded glad glassy gleaming glossy golden
graceful grand granular grassy gravel great green gritty guarded gusty hardy harsh hasty hazel
hazy hearty heavy hidden hollow humble humid husky icy ideal idle immense inner intact ivory
jade jagged jaunty jolly jovial joyful keen kind lanky lavish leafy level limber linen
little lively lofty lonely loud loyal lucid lucky lunar lush magenta major marble mellow merry
mighty mild minor misty mobile modest moist mossy muddy mute narrow native neat nimble noble
"""

_NOUNS = """
abbey acorn acrobat alcove almond anchor anvil apricot apron arcade archer armada atlas attic
avalanche badger bagel balcony ballad bamboo banjo banner barley barn basil basin basket beacon
beaver beetle belfry bellows birch biscuit bison blanket blossom boulder bramble brass bridge
brook broom bucket buckle bugle bureau cabin cactus camel canal candle canoe canyon carpet
carriage castle cavern cello chapel chariot cherry chimney chisel cider cinder circus citadel
clarinet cloak clover cobbler coffer comet compass condor copse corner cottage cradle crane
crater cricket crown crystal cupboard curtain cutlass cypress daisy dam dolphin donkey dragon
drawer drum dune eagle easel echo eel elbow elm ember emerald engine falcon fiddle finch fjord
flagon flask flute forge fortress fossil fountain fox galleon gannet garden garlic gate geyser
ginger glacier goblet goose gorge granary grotto grove guitar hamlet hammer harbour harp hatchet
hawk hedge helmet heron hinge hive hornet ibis igloo inlet island jackal jacket jasmine jetty
juniper kayak kernel kettle kiln kite ladder lagoon lantern lapel larch lark lattice laurel
ledger lemon lichen lilac linnet lizard locket loom lynx magnet magpie mallet mandolin mango
maple marsh meadow medal melon meteor mill minnow mirror mitten moat monsoon mosaic moth mural
mustard napkin needle nest nettle nickel nutmeg oak oasis oboe ocean olive opal orbit orchard
orchid organ osprey otter owl oyster paddle pagoda palace panther parcel parrot pasture pebble
pelican pepper piano pigeon pillar pine plank plaza plough plum pond poppy prairie puffin
"""

ADJECTIVES = tuple(_ADJECTIVES.split())
NOUNS = tuple(_NOUNS.split())
