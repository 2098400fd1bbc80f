const DAY = 24 * 3600;
const MASK = 1 << 4;
const NAME = "a" + "b";
const SIZE = f();
