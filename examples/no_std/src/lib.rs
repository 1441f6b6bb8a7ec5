//! The signer in firmware: a static library without the standard library, with its own allocator and panic handler.
//!
//! `cargo build --release` fails if any dependency needs `std`, because of the second panic handler. `main.c` calls it,
//! and `examples/run` builds both.
#![no_std]

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    ffi::{CStr, c_char},
    panic::PanicInfo,
    ptr, slice,
    sync::atomic::{AtomicBool, Ordering},
};

use exh_oauth1::{Credentials, Request, Signer};

/// Writes the `Authorization` header for a request for a photo. Returns its length, or 0 if the header is too long or
/// the URI is invalid.
///
/// # Safety
///
/// `uri` and `nonce` end in a zero, and `header` points to `capacity` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sign_photo(
    uri: *const c_char,
    timestamp: u64,
    nonce: *const c_char,
    header: *mut u8,
    capacity: usize,
) -> usize {
    // SAFETY: the caller guarantees it.
    let (uri, nonce, header) = unsafe {
        (
            CStr::from_ptr(uri),
            CStr::from_ptr(nonce),
            slice::from_raw_parts_mut(header, capacity),
        )
    };
    sign(uri, timestamp, nonce, header).unwrap_or(0)
}

fn sign(uri: &CStr, timestamp: u64, nonce: &CStr, header: &mut [u8]) -> Option<usize> {
    // RFC 5849 §1.2.
    let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
        .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"))
        .without_version();
    let request = Request::new("GET", uri.to_str().ok()?).ok()?;
    let authorization = signer.sign(&request, timestamp, nonce.to_str().ok()?);
    let text = authorization.as_str().as_bytes();
    header.get_mut(..text.len())?.copy_from_slice(text);
    Some(text.len())
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// Memory from one array, which is free again once everything in it is released, as after each signature.
struct Arena {
    locked: AtomicBool,
    state: UnsafeCell<State>,
}

struct State {
    memory: [u8; 16 * 1024],
    used: usize,
    living: usize,
}

// SAFETY: the state is used by one thread at a time, the one that set `locked`.
unsafe impl Sync for Arena {}

#[global_allocator]
static ARENA: Arena = Arena {
    locked: AtomicBool::new(false),
    state: UnsafeCell::new(State {
        memory: [0; 16 * 1024],
        used: 0,
        living: 0,
    }),
};

impl Arena {
    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        while self.locked.swap(true, Ordering::Acquire) {
            core::hint::spin_loop();
        }
        // SAFETY: no other thread is between these two operations on `locked`.
        let result = action(unsafe { &mut *self.state.get() });
        self.locked.store(false, Ordering::Release);
        result
    }
}

// SAFETY: blocks are inside the array, do not overlap while they live, and have the requested alignment.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.with(|state| {
            let free = &mut state.memory[state.used..];
            let start = free.as_ptr().align_offset(layout.align());
            let block = start
                .checked_add(layout.size())
                .and_then(|end| free.get_mut(start..end));
            let Some(block) = block else {
                return ptr::null_mut();
            };
            let block = block.as_mut_ptr();
            state.used += start + layout.size();
            state.living += 1;
            block
        })
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {
        self.with(|state| {
            state.living -= 1;
            if state.living == 0 {
                state.used = 0;
            }
        });
    }
}
