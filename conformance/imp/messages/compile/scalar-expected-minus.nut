local a = 1;
const B = -"text";
