// The build service supplies an enum.
print(__EI.PRODUCT_NAME + " " + __EI.DEVICEGROUP_TYPE + "\n");
