// Stands in for libjbig, which libtiff's archive wants and whose licence (GPL) is not that of the rest: TIFFs compressed
// by JBIG are answered with an error.
struct jbg_dec_state;
struct jbg_enc_state;
void jbg_dec_init(struct jbg_dec_state *state) { (void)state; }
int jbg_dec_in(struct jbg_dec_state *state, unsigned char *bytes, unsigned long count, unsigned long *used) {
    (void)state, (void)bytes, (void)count, (void)used;
    return 48;  // anything but success
}
unsigned char *jbg_dec_getimage(const struct jbg_dec_state *state, int plane) {
    (void)state, (void)plane;
    return 0;
}
unsigned long jbg_dec_getsize(const struct jbg_dec_state *state) {
    (void)state;
    return 0;
}
void jbg_dec_free(struct jbg_dec_state *state) { (void)state; }
const char *jbg_strerror(int error) {
    (void)error;
    return "this program was built without JBIG";
}
int jbg_newlen(unsigned char *bytes, unsigned long count) {
    (void)bytes, (void)count;
    return 48;
}
void jbg_enc_init(
    struct jbg_enc_state *state, unsigned long width, unsigned long height, int planes, unsigned char **bytes,
    void (*out)(unsigned char *, unsigned long, void *), void *file) {
    (void)state, (void)width, (void)height, (void)planes, (void)bytes, (void)out, (void)file;
}
void jbg_enc_out(struct jbg_enc_state *state) { (void)state; }
void jbg_enc_free(struct jbg_enc_state *state) { (void)state; }
