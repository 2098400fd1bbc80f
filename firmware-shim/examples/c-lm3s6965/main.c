/* Two Squirrel programs on a Cortex-M3 without an operating system: functions written in C, and a timer interrupt that
 * posts an event to both. The programs log to UART 0; when both have said that they are done the emulator ends.
 */
#include "tamias.h"

#define MEMORY_BYTES (20 * 1024)
#define BUDGET 1000
#define TICK 0
#define TICKS_PER_SECOND 100
#define CLOCK_HERTZ 12500000

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART0_DATA REGISTER(0x4000C000)
#define UART0_FLAGS REGISTER(0x4000C018)
#define UART0_LINE_CONTROL REGISTER(0x4000C02C)
#define UART0_CONTROL REGISTER(0x4000C030)
#define UART_TRANSMIT_FULL (1u << 5)
#define PORT_F_PIN_0 REGISTER(0x40025004)
#define PORT_F_DIRECTION REGISTER(0x40025400)
#define PORT_F_DIGITAL REGISTER(0x4002551C)
#define SYSTICK_CONTROL REGISTER(0xE000E010)
#define SYSTICK_RELOAD REGISTER(0xE000E014)
#define SYSTICK_VALUE REGISTER(0xE000E018)

extern const uint8_t program_image[], program_image_end[];

/* What a machine lives in. */
static _Alignas(TAMIAS_ALIGNMENT) uint8_t kitchen_memory[MEMORY_BYTES], cellar_memory[MEMORY_BYTES];

struct machine {
    const char *name;
    int32_t limit;
    uint8_t *memory;
    tamias_vm *volatile vm;
    bool is_done;
};

static struct machine kitchen = { .name = "kitchen", .limit = 20, .memory = kitchen_memory };
static struct machine cellar = { .name = "cellar", .limit = 30, .memory = cellar_memory };

static void send(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        while (UART0_FLAGS & UART_TRANSMIT_FULL) {
        }
        UART0_DATA = (uint8_t)bytes[i];
    }
}

static size_t length_of(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

static void send_line(const char *text)
{
    send(text, length_of(text));
    send("\n", 1);
}

/* Ends the emulation with a status for the shell: semihosting. */
static _Noreturn void leave(uint32_t status)
{
    const uint32_t reason[2] = { 0x20026, status };
    register uint32_t operation __asm__("r0") = 0x20;
    register const uint32_t *argument __asm__("r1") = reason;
    for (;;)
        __asm__ volatile("bkpt 0xAB" : : "r"(operation), "r"(argument) : "memory");
}

void tamias_panicked(const char *file, size_t file_length, uint32_t line)
{
    (void)line;
    send("panic in ", 9);
    send(file, file_length);
    send("\n", 1);
    leave(1);
}

void fault(void)
{
    send_line("unexpected exception");
    leave(1);
}

/* The timer interrupt. */
void systick(void)
{
    tamias_post(kitchen.vm, TICK);
    tamias_post(cellar.vm, TICK);
}

/* Functions that programs call. The user pointer says which machine it is. */

static tamias_status board_name(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                void *user)
{
    struct machine *machine = user;
    (void)arguments;
    (void)count;
    return tamias_string(vm, machine->name, length_of(machine->name), result);
}

static tamias_status board_limit(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                 void *user)
{
    struct machine *machine = user;
    (void)vm;
    (void)arguments;
    (void)count;
    *result = tamias_integer(machine->limit);
    return TAMIAS_OK;
}

static tamias_status board_led(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                               void *user)
{
    (void)count;
    (void)result;
    (void)user;
    if (arguments[0].as.integer != 0)
        return tamias_throw(vm, tamias_text("there is only LED 0"));
    PORT_F_PIN_0 = arguments[1].as.integer;
    return TAMIAS_OK;
}

static tamias_status board_on_tick(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                   void *user)
{
    (void)count;
    (void)result;
    (void)user;
    return tamias_on(vm, TICK, arguments[0]);
}

static tamias_status board_done(tamias_vm *vm, const tamias_value *arguments, size_t count, tamias_value *result,
                                void *user)
{
    struct machine *machine = user;
    (void)vm;
    (void)arguments;
    (void)count;
    (void)result;
    machine->is_done = true;
    return TAMIAS_OK;
}

#define BOARD(machine)                                                                                                 \
    {                                                                                                                  \
        { "name", board_name, "", machine }, { "limit", board_limit, "", machine },                                    \
        { "led", board_led, "ib", machine }, { "onTick", board_on_tick, "c|o", machine },                              \
        { "done", board_done, "", machine },                                                                           \
    }

static const tamias_native kitchen_board[] = BOARD(&kitchen);
static const tamias_native cellar_board[] = BOARD(&cellar);

static void print(void *user, bool is_error, const char *bytes, size_t length)
{
    (void)user;
    if (is_error)
        send("error: ", 7);
    send(bytes, length);
}

static void must(struct machine *machine, tamias_status status)
{
    if (status >= 0)
        return;
    send_line(machine->name);
    send_line(tamias_status_text(status));
    if (machine->vm) {
        char text[200];
        tamias_last_error(machine->vm, text, sizeof text);
        send_line(text);
    }
    leave(1);
}

static void start(struct machine *machine, const tamias_native *natives, size_t count)
{
    tamias_config config = { .output = print };
    tamias_vm *vm = NULL;
    must(machine, tamias_create(machine->memory, MEMORY_BYTES, &config, &vm));
    machine->vm = vm;
    must(machine, tamias_register(vm, "board", natives, count));
    must(machine, tamias_load(vm, program_image, (size_t)(program_image_end - program_image), TAMIAS_VERIFY));
}

int main(void)
{
    UART0_LINE_CONTROL = 3 << 5;
    UART0_CONTROL = 0x301;
    PORT_F_DIRECTION |= 1;
    PORT_F_DIGITAL |= 1;
    start(&kitchen, kitchen_board, sizeof kitchen_board / sizeof *kitchen_board);
    start(&cellar, cellar_board, sizeof cellar_board / sizeof *cellar_board);
    SYSTICK_RELOAD = CLOCK_HERTZ / TICKS_PER_SECOND - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 7;
    while (!kitchen.is_done || !cellar.is_done) {
        tamias_status first = tamias_run(kitchen.vm, BUDGET), second = tamias_run(cellar.vm, BUDGET);
        must(&kitchen, first);
        must(&cellar, second);
        /* An event that comes right before `wfi` waits for the next tick at most. */
        if (first == TAMIAS_IDLE && second == TAMIAS_IDLE && !tamias_has_events(kitchen.vm)
            && !tamias_has_events(cellar.vm))
            __asm__ volatile("wfi");
    }
    SYSTICK_CONTROL = 0;
    must(&kitchen, tamias_free(kitchen.vm));
    must(&cellar, tamias_free(cellar.vm));
    send_line("both machines are done");
    leave(0);
}
