//! Minimal firmware. Its panic handler and allocator do not link together with those of `std`.
#![no_std]

extern crate alloc;

pub mod oauth1;

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    panic::PanicInfo,
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Hands out memory and never frees it.
struct Arena {
    memory: UnsafeCell<[u8; 65_536]>,
    used: AtomicUsize,
}

// Each byte is handed out once.
unsafe impl Sync for Arena {}

unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = layout.size() + layout.align();
        let start = self.used.fetch_add(size, Ordering::Relaxed);
        if start + size > 65_536 {
            return ptr::null_mut();
        }
        let address = self.memory.get().cast::<u8>().wrapping_add(start);
        address.wrapping_add(address.align_offset(layout.align()))
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ARENA: Arena = Arena { memory: UnsafeCell::new([0; 65_536]), used: AtomicUsize::new(0) };

/// Signs the example of RFC 5849 §1.2. Returns the length of the header, or 0.
#[unsafe(no_mangle)]
pub extern "C" fn sign() -> usize {
    let signer = oauth1::Signer::new(oauth1::Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"));
    match oauth1::Request::new("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original") {
        Ok(request) => signer.sign(&request, 137_131_202, "chapoH").as_str().len(),
        Err(_) => 0,
    }
}
