/* May an object, or a variable, be this? Nothing changes here. See values.h. */
#include "runtime/object/values.h"

#include <math.h>

#include "runtime/object/convert.h"

bac_err values_in_range(const struct db *db, uint32_t variable, double value)
{
    const struct img_variable *v = &db->img.variables[variable];
    double low = le64_real(v->low), high = le64_real(v->high);
    if (!isfinite(value) || value < low || value > high)     /* NaN limits compare false */
        return BAC_ERR(property, value_out_of_range);
    return BAC_OK;
}

bool values_limited(const struct db *db, uint32_t object)
{
    struct span written;
    return overlay_get(&db->overlay, object, P_min_pres_value, &written) ||
           overlay_get(&db->overlay, object, P_max_pres_value, &written);
}

bool values_kept_fits(const struct db *db, uint32_t variable, double value)
{
    const struct img_variable *v = &db->img.variables[variable];
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++)
        if (values_limited(db, img_shown_by(&db->img, v, k)))
            return true;
    return !(value < le64_real(v->low)) && !(value > le64_real(v->high));
}

/* In `value` what it is on the side of the project. */
static bac_err of_type(const struct db *db, uint32_t object, uint32_t wire, double *value)
{
    enum datatype type = convert_type(db, object);
    float limit;
    uint32_t n;
    if (type == DT_real) {
        float v = pv_real(wire);
        if (!isfinite(v) || (prop_real(db, object, P_min_pres_value, &limit) && v < limit) ||
            (prop_real(db, object, P_max_pres_value, &limit) && v > limit))
            return BAC_ERR(property, value_out_of_range);
    } else if (type == DT_enumerated && wire > 1) {
        return BAC_ERR(property, value_out_of_range);
    } else if (type == DT_unsigned &&
               (wire == 0 || (prop_unsigned(db, object, P_number_of_states, &n) && wire > n))) {
        return BAC_ERR(property, value_out_of_range);
    }
    return convert_from_wire(db, object, wire, value);
}

bac_err values_check_state(const struct db *db, uint32_t object, uint32_t wire)
{
    double value;
    return of_type(db, object, wire, &value);
}

bac_err values_check(const struct db *db, uint32_t object, uint32_t wire)
{
    double value;
    bac_err e = of_type(db, object, wire, &value);
    uint32_t variable = db_variable(db, object);
    return e || convert_type(db, object) == DT_real || variable == DB_NONE ? e : values_in_range(db, variable, value);
}

bac_err values_check_kept(const struct db *db, uint32_t object, uint32_t wire)
{
    double value;
    if (!values_limited(db, object) || convert_type(db, object) != DT_real)
        return values_check(db, object, wire);
    return isfinite(pv_real(wire)) ? convert_from_wire(db, object, wire, &value)
                                   : BAC_ERR(property, value_out_of_range);
}

bool values_frozen(const struct db *db, uint32_t variable)
{
    const struct img_variable *v = &db->img.variables[variable];
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t object = img_shown_by(&db->img, v, k);
        const struct live *l = &db->live[object];
        if (l->command != DB_NONE && (l->flags & (LIVE_OOS | LIVE_OOS_SOURCE)) == LIVE_OOS &&
            le16_get(db->img.objects[object].flags) & IMG_OBJ_RETAIN)
            return true;
    }
    return false;
}

bool values_project_default(const struct db *db, uint32_t object, uint32_t *wire)
{
    struct span constant;
    if (db->live[object].command == DB_NONE || !prop_value(db, object, P_relinquish_default, &constant))
        return false;
    struct rd r = rd_of(constant.p, constant.n);
    *wire = convert_decode(convert_type(db, object), &r);
    return true;
}
