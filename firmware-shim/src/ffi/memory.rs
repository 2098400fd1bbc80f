//! Working memory of the standard library.
//!
//! `format()` and regular expressions allocate beside the heap of the VM. With
//! an operating system that comes from its allocator. On microcontrollers each
//! machine has an [`Arena`] in its own memory, and `LibraryAllocator` takes
//! from that of the machine whose call began last. What is allocated during a
//! call of a machine is released during another call of the same machine, so
//! every block goes back to where it came from.

pub(super) use implementation::Arena;
#[cfg(target_os = "none")]
pub use implementation::{LibraryAllocator, panicked};

#[cfg(target_os = "none")]
mod implementation {
    use core::alloc::{GlobalAlloc, Layout};
    use core::ffi::c_char;
    use core::panic::PanicInfo;
    use core::ptr::{self, NonNull};
    use core::sync::atomic::{AtomicPtr, Ordering};
    use linked_list_allocator::Heap;

    const DEFAULT_BYTES: usize = 1024;

    /// The arena of the call that began last.
    static CURRENT: AtomicPtr<Heap> = AtomicPtr::new(ptr::null_mut());

    /// The working memory of a machine.
    pub(crate) struct Arena(Heap);

    impl Arena {
        /// Bytes of the memory of a machine that are set apart for so many of working memory.
        pub fn size(wanted: u32) -> usize {
            let wanted = if wanted == 0 { DEFAULT_BYTES } else { wanted as usize };
            wanted.saturating_add(7) & !7
        }

        /// # Safety
        /// 1. The memory belongs to the arena as long as it exists.
        pub unsafe fn new(start: *mut u8, size: usize) -> Arena {
            let mut heap = Heap::empty();
            // SAFETY: the caller's word.
            unsafe { heap.init(start, size) };
            Arena(heap)
        }

        /// Takes allocations from here until the guard is dropped. The arena must stay where it is.
        pub fn enter(&mut self) -> Entered {
            Entered { before: replace(&raw mut self.0) }
        }
    }

    /// There is no exchange in one instruction on a Cortex-M0, and none is needed: calls nest.
    fn replace(current: *mut Heap) -> *mut Heap {
        let before = CURRENT.load(Ordering::Relaxed);
        CURRENT.store(current, Ordering::Relaxed);
        before
    }

    /// Goes back to the arena before when it is dropped.
    pub(crate) struct Entered {
        before: *mut Heap,
    }

    impl Drop for Entered {
        fn drop(&mut self) {
            replace(self.before);
        }
    }

    /// The global allocator of the static library.
    pub struct LibraryAllocator;

    // SAFETY: blocks come from a heap that keeps the contract. The header of the C face demands that calls of
    // different machines nest, so that one heap is never used by two at the same time.
    unsafe impl GlobalAlloc for LibraryAllocator {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the arena is that of a call that has not returned.
            let heap = unsafe { CURRENT.load(Ordering::Relaxed).as_mut() };
            let block = heap.and_then(|heap| heap.allocate_first_fit(layout).ok());
            block.map_or(ptr::null_mut(), NonNull::as_ptr)
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the arena is that of a call that has not returned; the block came from it.
            unsafe {
                if let (Some(heap), Some(block)) =
                    (CURRENT.load(Ordering::Relaxed).as_mut(), NonNull::new(block))
                {
                    heap.deallocate(block, layout);
                }
            }
        }
    }

    unsafe extern "C" {
        /// The firmware's end of everything. See the header.
        fn tamias_panicked(file: *const c_char, file_length: usize, line: u32) -> !;
    }

    /// Hands a panic over to the firmware.
    pub fn panicked(info: &PanicInfo<'_>) -> ! {
        let (file, line) = info.location().map_or(("", 0), |location| (location.file(), location.line()));
        // SAFETY: the firmware defines it as the header says.
        unsafe { tamias_panicked(file.as_ptr().cast(), file.len(), line) }
    }
}

#[cfg(not(target_os = "none"))]
mod implementation {
    /// There is none: the operating system has an allocator.
    pub(crate) struct Arena;

    impl Arena {
        pub fn size(_wanted: u32) -> usize {
            0
        }

        /// # Safety
        /// None, but it is as on microcontrollers.
        pub unsafe fn new(_start: *mut u8, _size: usize) -> Arena {
            Arena
        }

        pub fn enter(&mut self) -> Entered {
            Entered
        }
    }

    pub(crate) struct Entered;
}
