/* Calls that are wrong, each of which must be refused with its code and do nothing. */
#include "tamias.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(expected, call)                                                                                    \
    do {                                                                                                          \
        tamias_status status_ = (call);                                                                           \
        if (status_ != (expected)) {                                                                              \
            fprintf(stderr, "line %d: %s: %s\n", __LINE__, #call, tamias_status_text(status_));                   \
            exit(EXIT_FAILURE);                                                                                   \
        }                                                                                                         \
    } while (0)

#define MEMORY_BYTES (128 * 1024)

static tamias_vm *other;
static tamias_value stale;

static tamias_status probe(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result, void *user)
{
    tamias_value value, kept;
    tamias_stats stats;
    int made = 0;
    (void)user;

    /* In a native function its machine neither runs nor ends. */
    EXPECT(TAMIAS_ERROR_BUSY, tamias_run(vm, 0));
    EXPECT(TAMIAS_ERROR_BUSY, tamias_call(vm, arguments[0], NULL, 0, 0));
    EXPECT(TAMIAS_ERROR_BUSY, tamias_free(vm));
    EXPECT(TAMIAS_ERROR_BUSY, tamias_load(vm, "", 0, TAMIAS_VERIFY));
    EXPECT(TAMIAS_ERROR_BUSY, tamias_register(vm, NULL, NULL, 0));
    EXPECT(TAMIAS_ERROR_BUSY, tamias_result(vm, &value));
    EXPECT(TAMIAS_ERROR_BUSY, tamias_statistics(vm, &stats));
    if (tamias_last_error(vm, NULL, 0) != 0)
        exit(EXIT_FAILURE);

    /* Handles belong to one machine and one run. */
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_set(other, tamias_root(), tamias_text("x"), arguments[1]));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_keep(vm, stale, &value));
    stale = arguments[1];
    EXPECT(TAMIAS_OK, tamias_release(vm, arguments[1]));
    EXPECT(TAMIAS_OK, tamias_keep(vm, arguments[1], &kept));
    EXPECT(TAMIAS_OK, tamias_get(vm, kept, tamias_integer(0), &value));
    EXPECT(TAMIAS_OK, tamias_release(vm, kept));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_release(vm, kept));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_get(vm, kept, tamias_integer(0), &value));

    /* There is a limit to temporary handles. */
    while (tamias_new(vm, TAMIAS_TABLE, &value) == TAMIAS_OK)
        made++;
    if (made < 100)
        exit(EXIT_FAILURE);
    EXPECT(TAMIAS_ERROR_MEMORY, tamias_new(vm, TAMIAS_TABLE, &value));
    *result = tamias_integer((int32_t)count);
    return TAMIAS_OK;
}

static tamias_status bad_result(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                void *user)
{
    (void)vm;
    (void)arguments;
    (void)count;
    (void)user;
    *result = stale;
    return TAMIAS_OK;
}

static tamias_status code(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result, void *user)
{
    (void)vm;
    (void)count;
    (void)result;
    (void)user;
    return (tamias_status)arguments[0].as.integer;
}

static tamias_status twice(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result, void *user)
{
    (void)result;
    (void)user;
    EXPECT(TAMIAS_ERROR_TYPE, tamias_call_on_return(vm, tamias_integer(1), NULL, 0));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_call_on_return(vm, arguments[0], arguments, TAMIAS_MAX_ARGUMENTS + 1));
    return tamias_call_on_return(vm, arguments[0], arguments + 1, count - 1);
}

static const tamias_native natives[] = {
    { "probe", probe, "ca*", NULL },
    { "bad_result", bad_result, NULL, NULL },
    { "code", code, "i", NULL },
    { "twice", twice, "c*", NULL },
    { "sensor", code, ".", NULL },
};

static const tamias_native rooms[] = {
    { "read", code, "*", NULL },
    { "write", code, "*", NULL },
    { "calibrate", code, "*", NULL },
    { "pressed", code, "*", NULL },
};

static void evaluate(tamias_vm *vm, const char *name, tamias_value argument, tamias_status expected)
{
    tamias_value function;
    EXPECT(TAMIAS_OK, tamias_get(vm, tamias_root(), tamias_text(name), &function));
    EXPECT(expected, tamias_call(vm, function, &argument, 1, 0));
    EXPECT(TAMIAS_OK, tamias_release(vm, function));
}

static void wrong_arguments(tamias_vm *vm)
{
    static const tamias_native nameless[] = { { NULL, code, NULL, NULL } };
    static const tamias_native unknown[] = { { "x", code, "iq", NULL } };
    tamias_value value, table;
    tamias_value forged = { TAMIAS_TABLE, { 0 } }, nonsense = { 77, { 0 } };
    const char *bytes;
    size_t length;
    tamias_config config = { 0 };
    char text[8];

    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_create(NULL, 1, NULL, &vm));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_run(NULL, 0));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_free(NULL));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_load(vm, NULL, 0, TAMIAS_VERIFY));
    EXPECT(TAMIAS_ERROR_IMAGE, tamias_load(vm, "01234567", 8, TAMIAS_VERIFY));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_load(vm, "01234567", 8, 5));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_register(vm, NULL, NULL, 1));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_register(vm, NULL, nameless, 1));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_register(vm, NULL, unknown, 1));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_on(vm, TAMIAS_EVENT_COUNT, tamias_null()));
    EXPECT(TAMIAS_ERROR_TYPE, tamias_on(vm, 0, tamias_integer(1)));
    EXPECT(TAMIAS_ERROR_BUSY, tamias_throw(vm, tamias_null()));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_new(vm, TAMIAS_STRING, &value));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_new(vm, TAMIAS_TABLE, NULL));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_text(NULL).as.text ? TAMIAS_OK : tamias_keep(vm, tamias_text(NULL), &value));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_keep(vm, nonsense, &value));

    /* A forged handle is found out by its number, its generation, or its kind. */
    forged.as.handle.index = 4000000000u;
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_keep(vm, forged, &value));
    forged.as.handle.index = 0;
    forged.as.handle.generation = 12345;
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_keep(vm, forged, &value));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_release(vm, forged));
    EXPECT(TAMIAS_OK, tamias_new(vm, TAMIAS_TABLE, &table));
    forged = table;
    forged.kind = TAMIAS_STRING;
    EXPECT(TAMIAS_ERROR_TYPE, tamias_bytes(vm, forged, &bytes, &length));

    EXPECT(TAMIAS_ERROR_ABSENT, tamias_get(vm, table, tamias_text("x"), &value));
    EXPECT(TAMIAS_ERROR_TYPE, tamias_set(vm, table, tamias_null(), tamias_null()));
    EXPECT(TAMIAS_ERROR_TYPE, tamias_get(vm, tamias_integer(1), tamias_null(), &value));
    EXPECT(TAMIAS_OK, tamias_release(vm, table));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_release(vm, table));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_set(vm, table, tamias_text("x"), tamias_null()));
    EXPECT(TAMIAS_OK, tamias_new(vm, TAMIAS_ARRAY, &table));
    EXPECT(TAMIAS_ERROR_ABSENT, tamias_set(vm, table, tamias_integer(1), tamias_null()));
    EXPECT(TAMIAS_ERROR_ABSENT, tamias_set(vm, table, tamias_integer(-1), tamias_null()));
    EXPECT(TAMIAS_OK, tamias_set(vm, table, tamias_integer(0), tamias_float(2.5f)));
    EXPECT(TAMIAS_OK, tamias_length(vm, table, &length));
    EXPECT(TAMIAS_OK, tamias_release(vm, table));

    /* Texts are cut where the buffer ends. */
    tamias_load(vm, "01234567", 8, TAMIAS_VERIFY);
    if (tamias_last_error(vm, text, sizeof text) < sizeof text || strlen(text) != sizeof text - 1)
        exit(EXIT_FAILURE);
    config.edition = 9;
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_create(&text, sizeof text, &config, &vm));
    tamias_post(NULL, 0);
}

int main(int argc, char **argv)
{
    void *memory = malloc(MEMORY_BYTES), *second = malloc(MEMORY_BYTES);
    tamias_vm *vm;
    tamias_value value, arguments[3], function;
    int round;
    (void)argc;
    (void)argv;

    EXPECT(TAMIAS_OK, tamias_create(memory, MEMORY_BYTES, NULL, &vm));
    EXPECT(TAMIAS_OK, tamias_create(second, MEMORY_BYTES, NULL, &other));
    EXPECT(TAMIAS_OK, tamias_register(vm, NULL, natives, 5));
    EXPECT(TAMIAS_ERROR_TYPE, tamias_register(vm, "probe", rooms, 4));
    EXPECT(TAMIAS_IDLE, tamias_run(vm, 0));
    wrong_arguments(vm);

    stale.kind = TAMIAS_ARRAY;
    for (round = 0; round < 3; round++) {
        EXPECT(TAMIAS_OK, tamias_get(vm, tamias_root(), tamias_text("probe"), &arguments[0]));
        function = arguments[0];
        EXPECT(TAMIAS_OK, tamias_new(vm, TAMIAS_ARRAY, &arguments[1]));
        EXPECT(TAMIAS_OK, tamias_set(vm, arguments[1], tamias_integer(0), tamias_text("first")));
        arguments[2] = tamias_text("more");
        EXPECT(TAMIAS_OK, tamias_call(vm, function, arguments, 3, 0));
        EXPECT(TAMIAS_OK, tamias_result(vm, &value));
        if (value.kind != TAMIAS_INTEGER || value.as.integer != 3)
            return EXIT_FAILURE;
        EXPECT(TAMIAS_OK, tamias_release(vm, arguments[0]));
        EXPECT(TAMIAS_OK, tamias_release(vm, arguments[1]));
    }

    /* What a native returns decides how the run ends. */
    evaluate(vm, "bad_result", tamias_null(), TAMIAS_ERROR_SCRIPT);
    evaluate(vm, "code", tamias_integer(TAMIAS_OK), TAMIAS_OK);
    evaluate(vm, "code", tamias_integer(TAMIAS_ERROR_TYPE), TAMIAS_ERROR_SCRIPT);
    evaluate(vm, "code", tamias_integer(TAMIAS_ERROR_SCRIPT), TAMIAS_ERROR_SCRIPT);
    evaluate(vm, "code", tamias_integer(TAMIAS_ERROR_MEMORY), TAMIAS_ERROR_MEMORY);
    evaluate(vm, "code", tamias_integer(TAMIAS_ERROR_HALTED), TAMIAS_ERROR_HALTED);
    evaluate(vm, "code", tamias_integer(12345), TAMIAS_ERROR_SCRIPT);
    evaluate(vm, "code", tamias_text("no integer"), TAMIAS_ERROR_SCRIPT);

    /* A native has another one called, which has a third one called. */
    EXPECT(TAMIAS_OK, tamias_get(vm, tamias_root(), tamias_text("twice"), &function));
    EXPECT(TAMIAS_OK, tamias_get(vm, tamias_root(), tamias_text("sensor"), &arguments[1]));
    arguments[0] = function;
    arguments[2] = tamias_integer(0);
    EXPECT(TAMIAS_OK, tamias_call(vm, function, arguments, 3, 0));
    EXPECT(TAMIAS_OK, tamias_result(vm, &value));
    if (value.kind != TAMIAS_NULL)
        return EXIT_FAILURE;

    EXPECT(TAMIAS_OK, tamias_free(vm));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_run(vm, 0));
    EXPECT(TAMIAS_ERROR_ARGUMENT, tamias_free(vm));
    EXPECT(TAMIAS_OK, tamias_free(other));
    free(memory);
    free(second);
    puts("all is well");
    return EXIT_SUCCESS;
}
