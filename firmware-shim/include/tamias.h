/* Tamias: Squirrel for chips. What firmware written in C calls.
 *
 * The library is that of `cargo build -p tamias-c`. docs/embedding-c.md leads from there to a running board.
 *
 * A machine runs one program, in memory that the caller hands over. Functions return a tamias_status; errors are
 * negative. A null pointer, a handle that is not valid and a call at the wrong time are errors, never undefined. What
 * the caller has to see to is that pointers point to what their type says, and that one task at a time uses a machine.
 * Interrupts may call tamias_post(), tamias_has_events() and tamias_status_text(), nothing else.
 *
 * Made by cbindgen from firmware-shim/src/ffi; do not edit.
 */
#ifndef TAMIAS_H
#define TAMIAS_H


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * At which multiple the memory of a machine best starts. Up to this many bytes are lost otherwise.
 */
#define TAMIAS_ALIGNMENT 8

/**
 * How many events there are: 0 to 31.
 */
#define TAMIAS_EVENT_COUNT 32

/**
 * The language of impOS with its defects mended.
 */
#define TAMIAS_EDITION_IMP 0

/**
 * The language of impOS as it is.
 */
#define TAMIAS_EDITION_IMP_COMPAT 1

/**
 * Squirrel 3.
 */
#define TAMIAS_EDITION_SQUIRREL_3 2

/**
 * How many arguments a function of C can take, and how many C can call a function of the program with.
 */
#define TAMIAS_MAX_ARGUMENTS 15

/**
 * What came of a call. Errors are negative.
 */
enum tamias_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Done.
     */
    TAMIAS_OK = 0,
    /**
     * There is nothing to run until an event is posted: the processor may sleep.
     */
    TAMIAS_IDLE = 1,
    /**
     * The budget is used up. tamias_run() goes on where the program was interrupted.
     */
    TAMIAS_BUDGET = 2,
    /**
     * A null pointer, a number out of range, or a stale or forged handle.
     */
    TAMIAS_ERROR_ARGUMENT = -1,
    /**
     * The machine is in the middle of a run, or the call is not allowed in a native function.
     */
    TAMIAS_ERROR_BUSY = -2,
    /**
     * The memory of the machine is full. A run ends with it: the program cannot catch it.
     */
    TAMIAS_ERROR_MEMORY = -3,
    /**
     * The image is damaged, of another format or edition, or not aligned to 4 bytes.
     */
    TAMIAS_ERROR_IMAGE = -4,
    /**
     * Nothing caught an error of the program, or a native function throws one. See tamias_last_error().
     */
    TAMIAS_ERROR_SCRIPT = -5,
    /**
     * The value is not of a type that the call works with.
     */
    TAMIAS_ERROR_TYPE = -6,
    /**
     * There is no such slot, element or handler.
     */
    TAMIAS_ERROR_ABSENT = -7,
    /**
     * A native function has ended the program by returning this.
     */
    TAMIAS_ERROR_HALTED = -8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tamias_status tamias_status;
#else
typedef int32_t tamias_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a value is.
 */
enum tamias_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * `null`
     */
    TAMIAS_NULL = 0,
    /**
     * `true` or `false`: as.integer is 1 or 0.
     */
    TAMIAS_BOOL = 1,
    /**
     * as.integer
     */
    TAMIAS_INTEGER = 2,
    /**
     * as.number
     */
    TAMIAS_FLOAT = 3,
    /**
     * as.handle
     */
    TAMIAS_STRING = 4,
    /**
     * as.handle
     */
    TAMIAS_TABLE = 5,
    /**
     * as.handle
     */
    TAMIAS_ARRAY = 6,
    /**
     * A function of the program or a native one: as.handle.
     */
    TAMIAS_FUNCTION = 7,
    /**
     * as.handle
     */
    TAMIAS_INSTANCE = 8,
    /**
     * A class, generator, thread or weak reference: as.handle.
     */
    TAMIAS_OTHER = 9,
    /**
     * Only handed over to Tamias: a NUL-terminated string of C, as.text, from which a string is made.
     */
    TAMIAS_TEXT = 10,
    /**
     * Only handed over to Tamias: the root table.
     */
    TAMIAS_ROOT = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tamias_kind tamias_kind;
#else
typedef uint32_t tamias_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What is done with an image before it is run.
 */
enum tamias_check
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Every rule of the format is checked: any bytes can be handed over.
     */
    TAMIAS_VERIFY = 0,
    /**
     * The checksum is compared, no more. For images that were verified before, for example when they were received
     * and written to flash. An image that was made to deceive can do anything then.
     */
    TAMIAS_CHECKSUM = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tamias_check tamias_check;
#else
typedef uint32_t tamias_check;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A virtual machine. C sees a pointer to it and nothing of what is inside.
 *
 * One task uses a machine at a time; two machines may be used by two tasks at the same time (on targets without
 * an operating system see tamias_create()). tamias_post() and tamias_has_events() may be called by interrupts.
 */
typedef struct tamias_vm tamias_vm;

/**
 * Takes what a program prints: the user pointer of the configuration, whether it is an error, and the bytes,
 * which are not NUL-terminated and valid until the function returns. It must not call any function of Tamias.
 */
typedef void (*tamias_output)(void *user, bool is_error, const char *bytes, size_t length);

/**
 * What a machine is made with. All zeros are the default.
 */
typedef struct tamias_config {
    /**
     * The edition of the programs: TAMIAS_EDITION_IMP, …
     */
    uint32_t edition;
    /**
     * How deep functions may call each other before `stack overflow` is thrown; 0 for 200.
     */
    uint32_t call_depth;
    /**
     * Seed of the random numbers; 0 for a fixed one.
     */
    uint32_t seed;
    /**
     * Bytes of the memory that the standard library may use for itself, for `format()` and regular expressions;
     * 0 for 1024. Where there is an operating system, this comes from its allocator, and the number is ignored.
     */
    uint32_t library_bytes;
    /**
     * Takes what programs print; null to drop it.
     */
    tamias_output output;
    /**
     * The first argument of `output`.
     */
    void *user;
} tamias_config;

/**
 * Names an object of a machine. Made by Tamias alone; opaque.
 */
typedef struct tamias_handle {
    /**
     * Which one.
     */
    uint32_t index;
    /**
     * To notice that it is gone.
     */
    uint32_t generation;
} tamias_handle;

/**
 * What is in a value.
 */
typedef union tamias_content {
    /**
     * TAMIAS_BOOL, TAMIAS_INTEGER
     */
    int32_t integer;
    /**
     * TAMIAS_FLOAT
     */
    float number;
    /**
     * TAMIAS_TEXT
     */
    const char *text;
    /**
     * Objects.
     */
    struct tamias_handle handle;
} tamias_content;

/**
 * A value. tamias_integer() and its relatives make one.
 *
 * Handles that a native function gets, as arguments or from the calls that it makes, are void when it returns;
 * tamias_keep() makes one that lasts. Handles from calls outside of native functions last, and so do those of
 * tamias_keep(): give them to tamias_release() when they are no longer needed.
 */
typedef struct tamias_value {
    /**
     * What it is: TAMIAS_NULL, …
     */
    tamias_kind kind;
    /**
     * What is in it.
     */
    union tamias_content as;
} tamias_value;

/**
 * A function of C that programs call.
 *
 * `arguments` has as many values as `count` says, the types are those of the table. What is stored in `result`,
 * which is `null` at first, is returned to the program if the function returns TAMIAS_OK. Anything else is thrown
 * as an error that the program can catch: TAMIAS_ERROR_SCRIPT throws what tamias_throw() was given, other errors
 * throw their text. Two cannot be caught: TAMIAS_ERROR_MEMORY, and TAMIAS_ERROR_HALTED, which ends the program.
 *
 * The function may use the machine that called it, but neither run nor free it; it must not leave with longjmp().
 */
typedef tamias_status (*tamias_function)(struct tamias_vm *vm,
                                         const struct tamias_value *arguments,
                                         size_t count,
                                         struct tamias_value *result,
                                         void *user);

/**
 * An entry of a table of native functions. Tables are best `static const`: they are not copied.
 */
typedef struct tamias_native {
    /**
     * What programs call it.
     */
    const char *name;
    /**
     * What to call.
     */
    tamias_function function;
    /**
     * The types of the parameters, a letter each: `.` any, `o` null, `b` bool, `i` integer, `f` float, `n` integer
     * or float, `s` string, `t` table, `a` array, `c` function, `x` instance, `y` class, `g` generator, `v` thread,
     * `w` weak reference. `|` stands between alternatives. Parameters after a `?` may be left out, and a `*` at the
     * end allows any further arguments. So `"is|o?n"` is an integer, a string or null, and perhaps a number. Null
     * allows everything.
     */
    const char *parameters;
    /**
     * What the function gets as its last argument.
     */
    void *user;
} tamias_native;

/**
 * How much memory a machine uses. Bytes everywhere.
 */
typedef struct tamias_stats {
    /**
     * The memory that was handed over.
     */
    size_t memory;
    /**
     * The part of it that is the heap; the rest holds the machine itself.
     */
    size_t heap;
    /**
     * In use by the program, and by the VM for it: objects, stacks, handles.
     */
    size_t used;
    /**
     * In use beside the image for each function of the program.
     */
    size_t program;
    /**
     * Not in use. It may be in several pieces.
     */
    size_t free;
} tamias_stats;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * What a status means, in a few English words.
 *
 * The text is a constant: it need not be freed. A number that is no status has a text, too.
 * May be called anywhere, also in interrupts.
 */
const char *tamias_status_text(tamias_status status);

/**
 * Makes a machine in `size` bytes at `memory`, and stores a pointer to it, which lies in this memory, in `vm`.
 *
 * The memory must be writable, must not be used for anything else until tamias_free(), and should start at a
 * multiple of TAMIAS_ALIGNMENT. On a 32-bit processor less than 2 KB of it are for the machine itself and 1 KB for the
 * standard library; the rest is the heap, of which an empty machine uses 3 KB: see tamias_statistics().
 * `configuration` may be null for the default; it is copied.
 *
 * Between two machines nothing is shared. There is one exception on targets without an operating system: the
 * working memory of the standard library belongs to the machine whose call began last. There a task that uses one
 * machine must not be interrupted in a call by a task that uses another and then waits for something; a task of
 * higher priority that runs its call to the end is fine.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer, or an unknown edition), or TAMIAS_ERROR_MEMORY (the
 * memory is too small). Not in interrupts.
 */
tamias_status tamias_create(void *memory,
                            size_t size,
                            const struct tamias_config *configuration,
                            struct tamias_vm **vm);

/**
 * Ends a machine. Its memory is the caller's again, and all handles are void.
 *
 * Nothing may use the machine any more, interrupts included: switch off those that post to it first.
 * The next program gets a new machine, in the same memory if you like.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (no machine), or TAMIAS_ERROR_BUSY (in a native function of the
 * machine). Not in interrupts.
 */
tamias_status tamias_free(struct tamias_vm *vm);

/**
 * Makes the functions of a table slots of the table that programs find under `name`; a null pointer stands for the
 * root table. If there is no table of this name, it is made. Each function takes about 80 bytes of the heap.
 *
 * `natives` must stay as it is until tamias_free(), with the strings in it; `count` is the number of entries.
 * A machine takes up to 8 tables of up to 65535 entries. Register before tamias_run(): a program that has begun
 * may have looked for a name already.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer, a parameter list with an unknown letter, or too many
 * tables), TAMIAS_ERROR_TYPE (`name` is not a table), TAMIAS_ERROR_MEMORY, or TAMIAS_ERROR_BUSY. If it fails, some
 * of the functions may be there. Between runs. Not in interrupts.
 */
tamias_status tamias_register(struct tamias_vm *vm,
                              const char *name,
                              const struct tamias_native *natives,
                              size_t count);

/**
 * Throws a value, usually a text: a native function calls this and returns what it returns.
 *
 * Returns TAMIAS_ERROR_SCRIPT; or, if the value is not valid or does not fit into the memory, another error, which
 * may be returned as well. In native functions only.
 */
tamias_status tamias_throw(struct tamias_vm *vm, struct tamias_value value);

/**
 * Has a function of the program called when the native function returns TAMIAS_OK: the result of that call is the
 * result of the native function. `this` is the root table. The last such call counts.
 *
 * Returns TAMIAS_OK or TAMIAS_ERROR_ARGUMENT (a handle that is not valid, or more than TAMIAS_MAX_ARGUMENTS),
 * TAMIAS_ERROR_TYPE (no function), TAMIAS_ERROR_MEMORY. In native functions only.
 */
tamias_status tamias_call_on_return(struct tamias_vm *vm,
                                    struct tamias_value function,
                                    const struct tamias_value *arguments,
                                    size_t count);

/**
 * Loads a program. Its main function runs with the next tamias_run().
 *
 * The image stays where it is and is executed there, for example in flash: it must start at a multiple of 4 bytes
 * and stay unchanged until tamias_free(). `size` may be larger than the image, so that a whole partition can be
 * handed over. `check` is TAMIAS_VERIFY or TAMIAS_CHECKSUM.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer), TAMIAS_ERROR_IMAGE (see tamias_last_error()),
 * TAMIAS_ERROR_MEMORY, or TAMIAS_ERROR_BUSY (a program runs; on microcontrollers also: there is one already).
 * Between runs. Not in interrupts.
 */
tamias_status tamias_load(struct tamias_vm *vm, const void *image, size_t size, tamias_check check);

/**
 * Runs the next function of the program: the main function at first, what was interrupted, or the handler of the
 * event that was posted first.
 *
 * `budget` limits how long that may take, in calls of functions and backward jumps; 0 is no limit. What is not done
 * then goes on with the next tamias_run().
 *
 * A main loop:
 *
 *     for (;;) {
 *         tamias_status status = tamias_run(vm, 10000);
 *         feed_the_watchdog();
 *         if (status == TAMIAS_IDLE) wait_for_interrupt();
 *         else if (status < 0) report_and_start_again(status);
 *     }
 *
 * Returns TAMIAS_OK (the function has returned; tamias_result() has its result), TAMIAS_IDLE (nothing to run),
 * TAMIAS_BUDGET, TAMIAS_ERROR_SCRIPT, TAMIAS_ERROR_MEMORY, TAMIAS_ERROR_HALTED, or TAMIAS_ERROR_ARGUMENT,
 * TAMIAS_ERROR_BUSY. After an error of the program its other handlers can still run; after TAMIAS_ERROR_MEMORY a
 * new machine is the better choice. Not in native functions and interrupts.
 */
tamias_status tamias_run(struct tamias_vm *vm, uint32_t budget);

/**
 * Calls a function of the program, with the root table as `this`.
 *
 * `budget` is as in tamias_run(). If TAMIAS_BUDGET is returned, tamias_run() goes on until it returns something
 * else. The result is that of tamias_result().
 *
 * Returns TAMIAS_OK, TAMIAS_BUDGET, TAMIAS_ERROR_ARGUMENT (a null pointer, a handle that is not valid, or more than
 * TAMIAS_MAX_ARGUMENTS), TAMIAS_ERROR_SCRIPT, TAMIAS_ERROR_MEMORY, TAMIAS_ERROR_HALTED or TAMIAS_ERROR_BUSY.
 * Between runs. Not in native functions (tamias_call_on_return() is for them) and interrupts.
 */
tamias_status tamias_call(struct tamias_vm *vm,
                          struct tamias_value function,
                          const struct tamias_value *arguments,
                          size_t count,
                          uint32_t budget);

/**
 * Stores the result of the function that has run last in `result`: after tamias_run() or tamias_call() has returned
 * TAMIAS_OK. If it is an object, give it to tamias_release() later.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY. Between runs.
 * Not in native functions and interrupts.
 */
tamias_status tamias_result(struct tamias_vm *vm, struct tamias_value *result);

/**
 * Sets the function that tamias_run() calls, without arguments, when the event is posted; `null` for none.
 * It may be a temporary handle, for example an argument of a native function. The function before is let go of.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (no such event, or a handle that is not valid), TAMIAS_ERROR_TYPE (no
 * function), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
 */
tamias_status tamias_on(struct tamias_vm *vm, uint32_t event, struct tamias_value function);

/**
 * Tells the machine that something has happened: tamias_run() will call the function that was set with tamias_on().
 * An event that is posted again before it is taken is one event. `event` is below TAMIAS_EVENT_COUNT; others are
 * ignored, as is a null pointer.
 *
 * May be called by interrupts of any priority, by other tasks, and in native functions, at any time between
 * tamias_create() and tamias_free(). It takes a bounded number of instructions and no lock.
 */
void tamias_post(const struct tamias_vm *vm, uint32_t event);

/**
 * Whether events wait. For the decision to sleep: look with interrupts disabled, and wait for an interrupt if it is
 * false; on a Cortex-M `wfi` wakes up although they are disabled.
 *
 * May be called anywhere, as tamias_post().
 */
bool tamias_has_events(const struct tamias_vm *vm);

/**
 * Stores in `value` what the slot `key` of a table, class or instance holds, or the element at the integer `key` of
 * an array. Delegates and metamethods are not asked.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ABSENT (`value` is `null` then), TAMIAS_ERROR_TYPE (no container),
 * TAMIAS_ERROR_ARGUMENT (a null pointer or a handle that is not valid), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY.
 * Between runs (release objects later) and in native functions. Not in interrupts.
 */
tamias_status tamias_get(struct tamias_vm *vm,
                         struct tamias_value container,
                         struct tamias_value key,
                         struct tamias_value *value);

/**
 * Creates or changes the slot `key` of a table, or changes the element at the integer `key` of an array; the length
 * of the array as `key` appends an element.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ABSENT (beyond the end of the array), TAMIAS_ERROR_TYPE (no table or array, or a
 * key that cannot be one), TAMIAS_ERROR_ARGUMENT (a handle that is not valid), TAMIAS_ERROR_MEMORY or
 * TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
 */
tamias_status tamias_set(struct tamias_vm *vm,
                         struct tamias_value container,
                         struct tamias_value key,
                         struct tamias_value value);

/**
 * Makes an empty table (`kind` is TAMIAS_TABLE) or array (TAMIAS_ARRAY).
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer or another kind), TAMIAS_ERROR_MEMORY or
 * TAMIAS_ERROR_BUSY. Between runs (release the object later) and in native functions. Not in interrupts.
 */
tamias_status tamias_new(struct tamias_vm *vm, tamias_kind kind, struct tamias_value *value);

/**
 * Makes a string of `length` bytes, which may be any. For NUL-terminated strings there is tamias_text().
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY. Between runs
 * (release the string later) and in native functions. Not in interrupts.
 */
tamias_status tamias_string(struct tamias_vm *vm, const char *bytes, size_t length, struct tamias_value *value);

/**
 * Stores in `bytes` and `length` where the bytes of a string or blob are.
 *
 * They are valid as long as the handle; those of a blob also only until the program runs again. They must not be
 * changed, and are not NUL-terminated.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_TYPE (neither string nor blob), TAMIAS_ERROR_ARGUMENT (a null pointer or a handle
 * that is not valid) or TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
 */
tamias_status tamias_bytes(struct tamias_vm *vm, struct tamias_value value, const char **bytes, size_t *length);

/**
 * Stores the length of a string or blob in bytes, of an array in elements, or of a table in slots.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_TYPE (something else), TAMIAS_ERROR_ARGUMENT (a null pointer or a handle that is
 * not valid) or TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
 */
tamias_status tamias_length(struct tamias_vm *vm, struct tamias_value value, size_t *length);

/**
 * Stores in `kept` a handle to the same object that lasts until it is given to tamias_release(). Values that are no
 * objects are copied.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer or a handle that is not valid), TAMIAS_ERROR_MEMORY or
 * TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
 */
tamias_status tamias_keep(struct tamias_vm *vm, struct tamias_value value, struct tamias_value *kept);

/**
 * Lets go of a handle that lasts. It is not valid any more afterwards. Values that are no objects and temporary
 * handles may be given, too: nothing happens.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (no machine, or a handle that has been released already) or
 * TAMIAS_ERROR_BUSY. Between runs, while the program is interrupted, and in native functions. Not in interrupts.
 */
tamias_status tamias_release(struct tamias_vm *vm, struct tamias_value value);

/**
 * Writes the last error as text to `buffer`: what is wrong with the image, or the error that nothing caught, with a
 * line for each function that was at work, innermost first:
 *
 *     the index 'foo' does not exist
 *       in readSensor device.nut:12
 *       from main device.nut:41
 *
 * What does not fit is left out; the text is always NUL-terminated unless `capacity` is 0. `buffer` may be null if
 * `capacity` is 0. Returns the length of the whole text without the NUL, as snprintf() does; 0 if there was no error
 * yet, or the call comes at the wrong time.
 *
 * Between runs. Not in native functions and interrupts.
 */
size_t tamias_last_error(struct tamias_vm *vm, char *buffer, size_t capacity);

/**
 * Stores in `statistics` how much memory is used.
 *
 * Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer) or TAMIAS_ERROR_BUSY (in native functions). Between runs
 * and while the program is interrupted. Not in interrupts.
 */
tamias_status tamias_statistics(struct tamias_vm *vm, struct tamias_stats *statistics);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#ifdef __cplusplus
extern "C" {
#endif

/* Values that are handed over to Tamias. */

static inline tamias_value tamias_null(void)
{
    tamias_value value = { TAMIAS_NULL, { 0 } };
    return value;
}

static inline tamias_value tamias_bool(bool truth)
{
    tamias_value value = { TAMIAS_BOOL, { 0 } };
    value.as.integer = truth ? 1 : 0;
    return value;
}

static inline tamias_value tamias_integer(int32_t integer)
{
    tamias_value value = { TAMIAS_INTEGER, { 0 } };
    value.as.integer = integer;
    return value;
}

static inline tamias_value tamias_float(float number)
{
    tamias_value value = { TAMIAS_FLOAT, { 0 } };
    value.as.number = number;
    return value;
}

/* A NUL-terminated string, of which Tamias makes a copy. */
static inline tamias_value tamias_text(const char *text)
{
    tamias_value value = { TAMIAS_TEXT, { 0 } };
    value.as.text = text;
    return value;
}

static inline tamias_value tamias_root(void)
{
    tamias_value value = { TAMIAS_ROOT, { 0 } };
    return value;
}

/* What the firmware defines, if it has no operating system. A panic is a mistake of Tamias: it should never be
 * called, and it must not return. `file` is not NUL-terminated. */
void tamias_panicked(const char *file, size_t file_length, uint32_t line);

#ifdef __cplusplus
}
#endif

#endif /* TAMIAS_H */
