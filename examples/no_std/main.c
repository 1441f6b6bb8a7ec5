/* Signs the request of RFC 5849 section 1.2 with the static library. */
#include <stdint.h>
#include <stdio.h>

size_t sign_photo(const char *uri, uint64_t timestamp, const char *nonce, char *header, size_t capacity);

/* Rust's precompiled core library refers to it for unwinding, which this program does not do. */
void rust_eh_personality(void) {}

int main(void) {
    char header[1024];
    size_t length = 0;
    for (int round = 0; round < 1000; round++)
        length = sign_photo("http://photos.example.net/photos?file=vacation.jpg&size=original",
                            137131202, "chapoH", header, sizeof header);
    printf("Authorization: %.*s\n", (int)length, header);
    return length == 0;
}
