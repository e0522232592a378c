/** The words of a prompt that say something a picture can show, and what each one shows. */
export const subjectWords = {
  otter: 'otter otters nutria loutre 水獺 水獭 ラッコ', cat: 'cat cats kitten kittens kitty gato chat 猫 貓',
  dog: 'dog dogs puppy puppies corgi labrador retriever poodle husky shiba perro chien 狗 犬', fox: 'fox foxes zorro renard 狐狸 狐',
  bear: 'bear bears teddy grizzly', polarbear: 'polarbear', panda: 'panda pandas 熊猫', redpanda: 'redpanda', rabbit: 'rabbit rabbits bunny bunnies hare conejo 兔子 兔', lion: 'lion lions lioness',
  tiger: 'tiger tigers 老虎', wolf: 'wolf wolves', raccoon: 'raccoon raccoons racoon', mouse: 'mouse mice hamster hamsters rat', koala: 'koala koalas',
  pig: 'pig pigs piglet', frog: 'frog frogs toad', deer: 'deer fawn stag reindeer moose', monkey: 'monkey monkeys ape gorilla chimpanzee', cow: 'cow cows calf bull',
  sheep: 'sheep lamb lambs llama alpaca goat', capybara: 'capybara capybaras beaver hedgehog squirrel', elephant: 'elephant elephants', dragon: 'dragon dragons dinosaur dinosaurs dino',
  unicorn: 'unicorn unicorns horse horses pony',
  bird: 'bird birds robin sparrow parrot hummingbird bluebird chick finch canary', owl: 'owl owls', penguin: 'penguin penguins', duck: 'duck ducks duckling ducklings goose swan',
  butterfly: 'butterfly butterflies moth', bee: 'bee bees bumblebee ladybug',
  fish: 'fish fishes goldfish koi clownfish shark salmon pez 鱼 魚', whale: 'whale whales dolphin dolphins orca narwhal', octopus: 'octopus octopuses squid', jellyfish: 'jellyfish', turtle: 'turtle turtles tortoise', crab: 'crab crabs lobster',
  robot: 'robot robots android droid cyborg mech robotic', astronaut: 'astronaut astronauts cosmonaut spaceman',
  car: 'car cars taxi automobile van truck bus minibus vehicle jeep', boat: 'boat boats ship ships sailboat yacht sailing', rocket: 'rocket rockets spaceship spacecraft shuttle',
  balloon: 'balloon balloons', train: 'train trains locomotive tram',
  house: 'house houses cottage cabin home hut villa barn casa', castle: 'castle castles palace fortress', lighthouse: 'lighthouse lighthouses',
  banana: 'banana bananas plantain plantains 香蕉 バナナ', apple: 'apple apples', orange: 'oranges tangerine clementine mandarin', lemon: 'lemon lemons lime limes', strawberry: 'strawberry strawberries berry berries',
  avocado: 'avocado avocados', fruit: 'fruit fruits', cup: 'coffee tea cup mug latte espresso cappuccino cocoa', cake: 'cake cakes cupcake birthday dessert muffin pie', noodles: 'ramen noodles noodle soup bowl pasta spaghetti food meal dish',
  pizza: 'pizza', icecream: 'icecream gelato sundae', burger: 'burger hamburger cheeseburger sandwich',
  mushroom: 'mushroom mushrooms toadstool', cactus: 'cactus cacti succulent', plant: 'plant plants houseplant monstera', heart: 'heart hearts love valentine',
  person: 'portrait person man woman girl boy child lady face people human selfie princess queen king wizard witch grandmother grandma grandfather doctor chef model headshot',
} as const satisfies Record<string, string>;

export type SubjectName = keyof typeof subjectWords;

export const settingWords = {
  underwater: 'underwater undersea reef coral seabed aquarium', space: 'space galaxy planet planets cosmos universe nebula mars moonscape orbit saturn cosmic lunar',
  city: 'city cityscape skyline street streets town building buildings skyscraper skyscrapers tokyo york london paris urban downtown neon cyberpunk rooftop',
  forest: 'forest forests woods woodland jungle tree trees rainforest birch pine bosque 森林', desert: 'desert dune dunes sahara pyramid pyramids canyon oasis',
  garden: 'garden gardens flower flowers rose roses tulip tulips daisy daisies sunflower sunflowers bouquet blossom blossoms lavender poppies floral botanical',
  beach: 'beach coast shore palm tropical island', mountains: 'mountain mountains alps himalaya peak peaks hill hills valley glacier volcano fuji montaña 山',
  sea: 'sea ocean wave waves water lake river harbor harbour pond surf bay 海', meadow: 'meadow field fields grass park farm countryside prairie landscape',
  studio: 'table kitchen room studio indoors desk shelf plate window sofa cafe product background backdrop minimalist',
  night: 'stars starry constellation milkyway aurora',
} as const satisfies Record<string, string>;

export const lightWords = {
  night: 'night midnight moonlight moonlit stars starry dark nocturnal aurora neon moon noche', sunset: 'sunset dusk evening twilight golden sundown atardecer',
  dawn: 'dawn sunrise morning daybreak misty fog foggy', day: 'day noon sunny midday daylight bright',
} as const satisfies Record<string, string>;

export const seasonWords = {
  winter: 'winter snow snowy snowing snowfall ice icy frozen christmas arctic blizzard snowman xmas', autumn: 'autumn fall autumnal october halloween harvest',
  spring: 'spring cherry blossom blossoms sakura easter april', summer: 'summer july',
} as const satisfies Record<string, string>;

export const accessoryWords = {
  hat: 'hat hats cap beret', crown: 'crown king queen princess prince royal tiara', scarf: 'scarf scarves', glasses: 'glasses sunglasses spectacles goggles', bow: 'bow ribbon bowtie', party: 'party birthday',
  santa: 'santa christmas xmas', wizard: 'wizard witch magic magical', flower: 'flowercrown garland',
} as const satisfies Record<string, string>;

export const weatherWords = {
  rain: 'rain rainy raining storm stormy drizzle', fireflies: 'fireflies firefly magical enchanted fairy glowing', rainbow: 'rainbow rainbows',
  confetti: 'party birthday celebration confetti festival fireworks',
} as const satisfies Record<string, string>;

export const colourWords: Readonly<Record<string, string>> = {
  red: '#d8433b', crimson: '#b7203a', scarlet: '#e03a2e', orange: '#ee8434', amber: '#f2a93b', yellow: '#f5c93d', gold: '#e3b23c', golden: '#e9b44c',
  green: '#4fa35f', emerald: '#1f9d6b', lime: '#9ccc3c', olive: '#8a8f3c', mint: '#8ed9b8', teal: '#1f8f8f', turquoise: '#35bdb2', cyan: '#3cbcd8',
  blue: '#3b76d0', navy: '#24407f', azure: '#4aa3e8', indigo: '#4b4bb5', purple: '#7d4fb3', violet: '#8a5fd0', lavender: '#b49be0', magenta: '#c83d9b',
  pink: '#ee86ab', rose: '#e0677f', coral: '#f47c67', peach: '#f9b48f', brown: '#8a5a3c', chocolate: '#5f3a28', beige: '#dcc6a0', cream: '#f4e6c8',
  white: '#f6f2ea', silver: '#b9c1cc', grey: '#8d939c', gray: '#8d939c', black: '#38343f', rojo: '#d8433b', azul: '#3b76d0', verde: '#4fa35f',
};
