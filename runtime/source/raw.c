/* See raw.h. */
#include "runtime/source/raw.h"

#include <math.h>
#include <string.h>

#include "schemas/image.h"

/* Without `as`: a bit for coils and BOOL, else as wide as the variable. */
int raw_usual(uint8_t type)
{
    static const uint8_t forms[VAR_TYPES] = {
        [VT_bool] = RAW_BOOL, [VT_sint] = RAW_INT8, [VT_int] = RAW_INT16, [VT_dint] = RAW_INT32,
        [VT_usint] = RAW_UINT8, [VT_uint] = RAW_UINT16, [VT_udint] = RAW_UINT32,
        [VT_byte] = RAW_UINT8, [VT_word] = RAW_UINT16, [VT_dword] = RAW_UINT32,
        [VT_real] = RAW_FLOAT32, [VT_lreal] = RAW_FLOAT64, [VT_schedule_bool] = RAW_BOOL,
        [VT_schedule_int] = RAW_UINT32, [VT_schedule_real] = RAW_FLOAT32,
    };
    return type < VAR_TYPES ? forms[type] : RAW_UINT16;
}

unsigned raw_registers(const struct raw_form *f)
{
    return f->as == RAW_INT64 || f->as == RAW_UINT64 || f->as == RAW_FLOAT64 ? 4
           : f->as == RAW_INT32 || f->as == RAW_UINT32 || f->as == RAW_FLOAT32 ? 2 : 1;
}

bool raw_order(struct raw_form *f, const char *text)
{
    size_t n = 2 * raw_registers(f);
    unsigned seen = 0;
    for (size_t i = 0; i < 8; i++)
        f->order[i] = (uint8_t)i;
    if (!text)
        return true;
    for (size_t i = 0; i < n; i++) {
        unsigned c = (unsigned)(unsigned char)text[i] - 'A';
        if (c >= n)
            return false;
        seen |= 1u << c;
        f->order[i] = (uint8_t)c;
    }
    return !text[n] && seen == (1u << n) - 1;
}

static uint64_t gather(const struct raw_form *f, const uint16_t *regs)
{
    unsigned n = 2 * raw_registers(f);
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++) {
        uint64_t octet = i & 1 ? regs[i / 2] & 0xff : regs[i / 2] >> 8;
        v |= octet << 8 * (n - 1 - f->order[i]);
    }
    return v;
}

static void scatter(const struct raw_form *f, uint64_t v, uint16_t *regs)
{
    unsigned n = 2 * raw_registers(f);
    memset(regs, 0, n);
    for (unsigned i = 0; i < n; i++) {
        unsigned octet = (unsigned)(v >> 8 * (n - 1 - f->order[i])) & 0xff;
        regs[i / 2] = (uint16_t)(regs[i / 2] | (i & 1 ? octet : octet << 8));
    }
}

double raw_read(const struct raw_form *f, const uint16_t *regs)
{
    uint64_t v = gather(f, regs);
    uint32_t v32 = (uint32_t)v;
    double d = 0;
    float s;
    if (f->bit >= 0)
        return (double)(v >> f->bit & 1) * f->scale + f->offset;
    switch ((enum raw_as)f->as) {
    case RAW_BOOL: d = v != 0; break;
    case RAW_INT8: d = (int8_t)(uint8_t)v; break;
    case RAW_UINT8: d = (uint8_t)v; break;
    case RAW_INT16: d = (int16_t)(uint16_t)v; break;
    case RAW_UINT16: d = (uint16_t)v; break;
    case RAW_INT32: d = (int32_t)v32; break;
    case RAW_UINT32: d = v32; break;
    case RAW_INT64: d = (double)(int64_t)v; break;
    case RAW_UINT64: d = (double)v; break;
    case RAW_FLOAT32:
        memcpy(&s, &v32, sizeof s);
        d = (double)s;
        break;
    case RAW_FLOAT64: memcpy(&d, &v, sizeof d); break;
    }
    d = d * f->scale + f->offset;
    return isfinite(d) ? d : NAN;
}

/* [lo, hi): what the form holds once rounded. */
static bool whole(double raw, double lo, double hi, uint64_t *v)
{
    raw = round(raw);
    if (!(raw >= lo && raw < hi))
        return false;
    *v = raw < 0 ? (uint64_t)(int64_t)raw : (uint64_t)raw;
    return true;
}

bool raw_write(const struct raw_form *f, double value, uint16_t *regs)
{
    double raw = (value - f->offset) / f->scale;
    uint64_t v = 0;
    uint32_t v32;
    float s = (float)raw;
    bool good = isfinite(raw);
    if (f->bit >= 0) {
        v = gather(f, regs) & ~((uint64_t)1 << f->bit);
        v |= (uint64_t)(raw != 0) << f->bit;
        scatter(f, v, regs);
        return good;
    }
    switch ((enum raw_as)f->as) {
    case RAW_BOOL: v = raw != 0; break;
    case RAW_INT8: good = good && whole(raw, -128, 128, &v); v &= 0xff; break;
    case RAW_UINT8: good = good && whole(raw, 0, 256, &v); break;
    case RAW_INT16: good = good && whole(raw, -32768, 32768, &v); v &= 0xffff; break;
    case RAW_UINT16: good = good && whole(raw, 0, 65536, &v); break;
    case RAW_INT32: good = good && whole(raw, -2147483648.0, 2147483648.0, &v); v &= 0xffffffff; break;
    case RAW_UINT32: good = good && whole(raw, 0, 4294967296.0, &v); break;
    case RAW_INT64: good = good && whole(raw, -9223372036854775808.0, 9223372036854775808.0, &v); break;
    case RAW_UINT64: good = good && whole(raw, 0, 18446744073709551616.0, &v); break;
    case RAW_FLOAT32:
        good = good && isfinite(s);
        memcpy(&v32, &s, sizeof v32);
        v = v32;
        break;
    case RAW_FLOAT64: memcpy(&v, &raw, sizeof v); break;
    }
    if (good)
        scatter(f, v, regs);
    return good;
}
