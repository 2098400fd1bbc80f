//! Rust data that instances of native classes carry.

use super::Instance;
use crate::heap::object::{Payload, PayloadVtable};
use core::any::{Any, TypeId};
use core::marker::PhantomData;

/// Rust data that an instance of a native class can carry.
pub trait NativeData: Any {
    /// Called when the instance is released, at the moment at which a program can tell (when the last
    /// reference goes, or at the end of the VM). `host` is what the embedder passed to the VM.
    fn release(self, host: &mut dyn Any)
    where
        Self: Sized,
    {
        let _ = host;
    }

    /// Whether programs can observe the release: the VM then releases such objects before every native
    /// call that follows, rather than when convenient.
    const RELEASE_IS_OBSERVABLE: bool = true;
}

pub(super) fn vtable_of<T: NativeData>() -> &'static PayloadVtable {
    struct Table<T>(PhantomData<T>);
    impl<T: NativeData> Table<T> {
        const VTABLE: &'static PayloadVtable = &PayloadVtable {
            type_id: TypeId::of::<T>(),
            offset: size_of::<Payload>().next_multiple_of(align_of::<T>()),
            release: release::<T>,
        };
    }
    /// # Safety
    /// `data` must point to a valid `T`, which is gone afterwards.
    unsafe fn release<T: NativeData>(data: *mut u8, host: &mut dyn Any) {
        data.cast::<T>().read().release(host);
    }
    Table::<T>::VTABLE
}

pub(super) fn payload<T: NativeData>(instance: Instance<'_>) -> Option<*mut T> {
    // SAFETY: the type identifier says what the data is.
    unsafe {
        let native = (*instance.object).native;
        if !native.is_payload() {
            return None;
        }
        let vtable = (*native.as_payload()).vtable;
        (vtable.type_id == TypeId::of::<T>())
            .then(|| native.as_payload().cast::<u8>().add(vtable.offset).cast::<T>())
    }
}
