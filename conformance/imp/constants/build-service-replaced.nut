// A program's own enum of the name replaces it.
enum __EI { PRODUCT_NAME = "own" }
print(__EI.PRODUCT_NAME + "\n");
