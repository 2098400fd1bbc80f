/* What happens before main(), and where the program lies. */
#include <stdint.h>

extern uint32_t stack_top, data_start, data_end, data_load, bss_start, bss_end;
int main(void);
void reset(void);
void fault(void);
void systick(void);

void reset(void)
{
    const uint32_t *from = &data_load;
    for (uint32_t *to = &data_start; to < &data_end;)
        *to++ = *from++;
    for (uint32_t *to = &bss_start; to < &bss_end;)
        *to++ = 0;
    main();
}

typedef void (*handler)(void);

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    handler exceptions[15];
} vectors = {
    &stack_top,
    { reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, systick },
};

/* The image, made by `tamias compile`. It runs where it lies. */
__asm__(".section .rodata.program, \"a\"\n"
        ".balign 8\n"
        ".global program_image, program_image_end\n"
        "program_image: .incbin \"" PROGRAM "\"\n"
        "program_image_end:\n"
        ".text\n");
