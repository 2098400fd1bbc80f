/* A program in C that runs Squirrel programs: two machines side by side, functions written in C, calls in both
 * directions, events, and everything that can go wrong. What it prints is checked by tests/c_face.rs.
 *
 *     make && ./c-host room.cnut
 */
#include "tamias.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On a microcontroller this would be a static buffer of 24 KB or so. A 64-bit host needs more. */
#define MEMORY_BYTES (128 * 1024)
#define BUDGET 10000
#define BUTTON 3

/* What a machine controls. */
struct room {
    const char *name;
    float temperature;
    bool is_heating;
};

static void fail(const char *what, tamias_status status)
{
    fprintf(stderr, "%s: %s\n", what, tamias_status_text(status));
    exit(EXIT_FAILURE);
}

static void must(const char *what, tamias_status status)
{
    if (status != TAMIAS_OK)
        fail(what, status);
}

/* Functions that programs call. */

static tamias_status sensor_read(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                 void *user)
{
    struct room *room = user;
    (void)vm;
    (void)arguments;
    (void)count;
    *result = tamias_float(room->temperature);
    return TAMIAS_OK;
}

static tamias_status sensor_calibrate(tamias_vm *vm, const tamias_value *arguments, size_t count,
                                      tamias_value *result, void *user)
{
    const char *bytes;
    size_t length;
    (void)result;
    (void)user;
    if (count == 1) {
        tamias_status status = tamias_bytes(vm, arguments[0], &bytes, &length);
        if (status != TAMIAS_OK)
            return status;
        if (length == 4 && memcmp(bytes, "cold", length) == 0)
            return tamias_throw(vm, tamias_text("the sensor is too cold"));
    }
    return TAMIAS_OK;
}

static tamias_status heater_write(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                  void *user)
{
    struct room *room = user;
    (void)vm;
    (void)count;
    (void)result;
    room->is_heating = arguments[0].as.integer != 0;
    return TAMIAS_OK;
}

static tamias_status heater_read(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                 void *user)
{
    struct room *room = user;
    (void)vm;
    (void)arguments;
    (void)count;
    *result = tamias_bool(room->is_heating);
    return TAMIAS_OK;
}

/* Keeps a function of the program, to be called when an interrupt posts the event. */
static tamias_status button_pressed(tamias_vm *vm, const tamias_value *arguments, size_t count,
                                    tamias_value *result, void *user)
{
    (void)count;
    (void)result;
    (void)user;
    return tamias_on(vm, BUTTON, arguments[0]);
}

static void print(void *user, bool is_error, const char *bytes, size_t length)
{
    struct room *room = user;
    printf("%s%s: %.*s\n", room->name, is_error ? " (error)" : "", (int)length, bytes);
}

/* Makes a machine for a room and loads the program. The tables are not copied: they live as long as the machine. */
struct machine {
    struct room room;
    tamias_vm *vm;
    void *memory;
    tamias_native sensor[2];
    tamias_native heater[2];
};

static const tamias_native button[] = {
    { "pressed", button_pressed, "c|o", NULL },
};

static void start(struct machine *machine, const char *name, float temperature, const void *image, size_t size)
{
    tamias_config config = { 0 };
    const tamias_native sensor[] = {
        { "read", sensor_read, "", &machine->room },
        { "calibrate", sensor_calibrate, "?s", &machine->room },
    };
    const tamias_native heater[] = {
        { "write", heater_write, "b|i", &machine->room },
        { "read", heater_read, "", &machine->room },
    };

    machine->room.name = name;
    machine->room.temperature = temperature;
    machine->room.is_heating = false;
    memcpy(machine->sensor, sensor, sizeof sensor);
    memcpy(machine->heater, heater, sizeof heater);
    config.output = print;
    config.user = &machine->room;
    must("create", tamias_create(machine->memory, MEMORY_BYTES, &config, &machine->vm));
    must("register", tamias_register(machine->vm, "sensor", machine->sensor, 2));
    must("register", tamias_register(machine->vm, "heater", machine->heater, 2));
    must("register", tamias_register(machine->vm, "button", button, 1));
    must("load", tamias_load(machine->vm, image, size, TAMIAS_VERIFY));
}

/* Runs until there is nothing to do. Firmware would sleep then. */
static void settle(struct machine *machine)
{
    for (;;) {
        tamias_status status = tamias_run(machine->vm, BUDGET);
        if (status == TAMIAS_IDLE)
            return;
        if (status < 0)
            fail("run", status);
    }
}

static tamias_value slot(struct machine *machine, const char *name)
{
    tamias_value value;
    must(name, tamias_get(machine->vm, tamias_root(), tamias_text(name), &value));
    return value;
}

static tamias_status call(struct machine *machine, const char *name, const tamias_value *arguments, size_t count,
                          uint32_t budget)
{
    tamias_value function = slot(machine, name);
    tamias_status status = tamias_call(machine->vm, function, arguments, count, budget);
    must("release", tamias_release(machine->vm, function));
    return status;
}

static void report(struct machine *machine, tamias_status status)
{
    char text[256];
    tamias_last_error(machine->vm, text, sizeof text);
    printf("%s: %s: %s\n", machine->room.name, tamias_status_text(status), text);
}

/* Calls a function with arguments and takes its result apart. */
static void describe(struct machine *machine)
{
    tamias_value arguments[2], result, text, readings, second;
    const char *bytes;
    size_t length, count;
    arguments[0] = tamias_text(machine->room.name);
    arguments[1] = tamias_integer(10);
    must("describe", call(machine, "describe", arguments, 2, BUDGET));
    must("result", tamias_result(machine->vm, &result));
    must("text", tamias_get(machine->vm, result, tamias_text("text"), &text));
    must("readings", tamias_get(machine->vm, result, tamias_text("readings"), &readings));
    must("second", tamias_get(machine->vm, readings, tamias_integer(1), &second));
    must("bytes", tamias_bytes(machine->vm, text, &bytes, &length));
    must("length", tamias_length(machine->vm, readings, &count));
    printf("%.*s, reading 1 of %u is %.1f\n", (int)length, bytes, (unsigned)count, (double)second.as.number);
    must("release", tamias_release(machine->vm, text));
    must("release", tamias_release(machine->vm, readings));
    must("release", tamias_release(machine->vm, result));
}

/* A function that takes longer than its budget is interrupted, and goes on when it is its turn again. */
static void spin(struct machine *machine)
{
    tamias_value rounds = tamias_integer(100000), result;
    unsigned turns = 1;
    tamias_status status = call(machine, "spin", &rounds, 1, BUDGET);
    while (status == TAMIAS_BUDGET) {
        status = tamias_run(machine->vm, BUDGET);
        turns++;
    }
    must("spin", status);
    must("result", tamias_result(machine->vm, &result));
    printf("%s: counted to %d in %u turns\n", machine->room.name, (int)result.as.integer, turns);
}

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    void *bytes;
    long length;
    if (!file || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    rewind(file);
    *size = (size_t)length;
    bytes = malloc(*size);
    if (!bytes || fread(bytes, 1, *size, file) != *size) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return bytes;
}

int main(int argc, char **argv)
{
    struct machine kitchen, cellar;
    size_t size;
    void *image;
    tamias_status status;
    tamias_stats stats;

    if (argc != 2) {
        fprintf(stderr, "usage: %s image\n", argv[0]);
        return EXIT_FAILURE;
    }
    image = read_file(argv[1], &size);
    kitchen.memory = malloc(MEMORY_BYTES);
    cellar.memory = malloc(MEMORY_BYTES);
    if (!kitchen.memory || !cellar.memory)
        return EXIT_FAILURE;

    /* Two machines share the image and nothing else. */
    start(&kitchen, "kitchen", 19.5f, image, size);
    start(&cellar, "cellar", 21.5f, image, size);
    settle(&kitchen);
    settle(&cellar);

    /* An interrupt would do this. Twice before anybody looks is once. */
    tamias_post(cellar.vm, BUTTON);
    tamias_post(cellar.vm, BUTTON);
    if (tamias_has_events(cellar.vm) && !tamias_has_events(kitchen.vm))
        settle(&cellar);
    tamias_post(cellar.vm, BUTTON);
    settle(&cellar);
    settle(&kitchen);

    describe(&kitchen);
    spin(&kitchen);

    /* An error that nothing catches: the machine goes on. */
    status = call(&kitchen, "outer", NULL, 0, BUDGET);
    report(&kitchen, status);
    status = call(&kitchen, "wrong", NULL, 0, BUDGET);
    report(&kitchen, status);
    describe(&kitchen);

    /* Memory that runs out ends a run. A new machine in the same memory starts again. */
    status = call(&cellar, "fill", NULL, 0, 0);
    report(&cellar, status);
    must("statistics", tamias_statistics(cellar.vm, &stats));
    printf("cellar: %s\n", stats.used + stats.program + stats.free == stats.heap ? "the sums are right" : "wrong sums");
    must("free", tamias_free(cellar.vm));
    start(&cellar, "cellar", 10.0f, image, size);
    settle(&cellar);

    /* What cannot be run is refused. */
    must("free", tamias_free(kitchen.vm));
    ((unsigned char *)image)[size / 2] ^= 0x10;
    must("create", tamias_create(kitchen.memory, MEMORY_BYTES, NULL, &kitchen.vm));
    status = tamias_load(kitchen.vm, image, size, TAMIAS_CHECKSUM);
    report(&kitchen, status);
    must("free", tamias_free(kitchen.vm));
    status = tamias_create(kitchen.memory, 1000, NULL, &kitchen.vm);
    printf("in 1000 bytes: %s\n", tamias_status_text(status));

    must("free", tamias_free(cellar.vm));
    free(cellar.memory);
    free(kitchen.memory);
    free(image);
    return EXIT_SUCCESS;
}
