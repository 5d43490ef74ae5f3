/* The rows of the project's grammar and the masks made from them. A name in a row that is not in
 * syntax_names.h is a bug of ours and stops the program at once. */
#include "compiler/grammar.h"
#include "compiler/ctx.h"

#include <assert.h>
#include <string.h>

enum { OFTEN = 0, ONCE = 1, TEXT = 2 };

static const struct rule {
    enum el el;
    uint8_t how;
    const char *parents, *required, *optional;
} rules[] = {
    { EL_Project, ONCE, "", "name",
      "guid author lastChange description namePattern" },
    { EL_Units, OFTEN, "Project", "", "" },
    { EL_Unit, OFTEN, "Units", "text bacnet", "" },
    { EL_StateTexts, OFTEN, "Project", "name", "" },
    { EL_State, TEXT, "StateTexts", "value", "wire" },
    { EL_AlarmPoints, OFTEN, "Project", "", "" },
    { EL_AlarmPoint, OFTEN, "AlarmPoints Template", "name kind",
      "high low deadband delay delayNormal reset text alarmStates faultStates feedback faultHigh "
      "faultLow resetVariable description" },
    { EL_Sources, OFTEN, "Project", "", "" },
    { EL_Mqtt, OFTEN, "Sources", "id url",
      "user password passwordFile clientId keepAlive qos caFile certFile keyFile alarmPoint "
      "description" },
    { EL_Modbus, OFTEN, "Sources", "id url", "unit poll timeout alarmPoint description" },
    { EL_Simulate, OFTEN, "Sources", "id", "period alarmPoint description" },
    { EL_Variables, OFTEN, "Project", "", "" },
    { EL_Variable, OFTEN, "Variables Template", "name type",
      "unit access low high initial retain covIncrement resolution description location guid "
      "discipline dataPointName dataPointType stateTexts alarmPoint notificationClass "
      "bacnetVisible bacnetDevice commandable polarity formerly" },
    { EL_Bind, OFTEN, "Variable On", "source",
      "read write path qos retain register writeRegister as order bit scale offset unit poll "
      "stale onStale priority signal amplitude mean period value" },
    { EL_On, OFTEN, "Variable", "plc", "bacnetVisible bacnetDevice instance" },
    { EL_Plc, OFTEN, "Project", "name", "description timeZone guid" },
    { EL_Channel, OFTEN, "Plc", "name", "protocol link enabled description" },
    { EL_Port, OFTEN, "Channel", "id",
      "network type adapter address mask udpPort enabled name description" },
    { EL_Bbmd, ONCE, "Port", "", "enabled" },
    { EL_Peer, OFTEN, "Bbmd", "address", "port mask" },
    { EL_ForeignDevice, ONCE, "Port", "bbmd", "ttl" },
    { EL_Access, ONCE, "Channel Device", "", "" },
    { EL_Allow, OFTEN, "Access", "from", "to" },
    { EL_Device, OFTEN, "Channel", "name instance",
      "objectName port enabled readOnly useSubscriptions location description firstInstance "
      "timeSync managementPassword managementPasswordFile managementPasswordHash vendorId "
      "vendorName modelName defaultNotificationClass commandableValues limitProperties "
      "apduTimeout apduRetries formerly guid" },
    { EL_NotificationClass, OFTEN, "Device", "name",
      "instance toOffnormal toFault toNormal ackRequired description formerly guid" },
    { EL_Recipients, OFTEN, "Project Device", "", "" },
    { EL_Recipient, OFTEN, "NotificationClass Recipients", "",
      "device network mac address broadcast processId transitions confirmed days from to" },
    { EL_Calendar, OFTEN, "Device Template", "name", "instance description formerly guid" },
    { EL_Date, OFTEN, "Calendar Exception", "on", "" },
    { EL_DateRange, OFTEN, "Calendar Exception", "", "from to" },
    { EL_WeekNDay, OFTEN, "Calendar Exception", "", "month week day" },
    { EL_Schedule, OFTEN, "Device Template", "name",
      "variable instance default priority effectiveFrom effectiveTo description enabled type "
      "formerly guid" },
    { EL_Week, ONCE, "Schedule", "", "" },
    { EL_Monday, ONCE, "Week", "", "" },
    { EL_Tuesday, ONCE, "Week", "", "" },
    { EL_Wednesday, ONCE, "Week", "", "" },
    { EL_Thursday, ONCE, "Week", "", "" },
    { EL_Friday, ONCE, "Week", "", "" },
    { EL_Saturday, ONCE, "Week", "", "" },
    { EL_Sunday, ONCE, "Week", "", "" },
    { EL_At, OFTEN, "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Exception",
      "time", "value" },
    { EL_Exception, OFTEN, "Schedule", "", "name calendar on from to month week day priority" },
    { EL_Target, OFTEN, "Schedule", "", "variable device object property index" },
    { EL_TrendLog, OFTEN, "Device Template", "name",
      "variable device object property index instance description enabled interval logging "
      "covIncrement bufferSize stopWhenFull fullAlarm threshold notificationClass formerly guid" },
    { EL_Object, OFTEN, "Device Template", "variable",
      "type instance name description polarity alarmPoint notificationClass enabled formerly" },
    { EL_Template, OFTEN, "Project", "name", "description" },
    { EL_Param, OFTEN, "Template", "name", "default description" },
    { EL_Use, OFTEN, "Project Variables AlarmPoints Device Template", "template", "name device" },
    { EL_Arg, OFTEN, "Use", "name value", "" },
};

const char *const el_names[EL_COUNT] = { "",
#define X(name) #name,
    ELEMENTS(X)
#undef X
};
const char *const at_names[AT_COUNT] = { "",
#define X(name) #name,
    ATTRIBUTES(X)
#undef X
};

static unsigned name_find(const char *const *names, unsigned count, const char *name, size_t n)
{
    for (unsigned i = 1; i < count; i++)
        if (!strncmp(names[i], name, n) && !names[i][n])
            return i;
    return 0;
}

enum el el_by_name(const char *name, size_t n)
{
    return (enum el)name_find(el_names, EL_COUNT, name, n);
}

enum at at_by_name(const char *name, size_t n)
{
    return (enum at)name_find(at_names, AT_COUNT, name, n);
}

/* The next word of a list; NULL at its end. */
static const char *word(const char **list, size_t *n)
{
    const char *w = *list + strspn(*list, " ");
    *n = strcspn(w, " ");
    *list = w + *n;
    return *n ? w : NULL;
}

static void put_attrs(struct at_set *set, const char *list)
{
    size_t n;
    for (const char *w; (w = word(&list, &n));) {
        enum at at = at_by_name(w, n);
        assert(at != AT_NONE);
        at_put(set, at);
    }
}

const struct grammar *grammar_new(struct ctx *ctx)
{
    struct grammar *g = arena_alloc(ctx->arena, sizeof *g);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *r = &rules[i];
        const char *list = r->parents;
        size_t n;
        for (const char *w; (w = word(&list, &n));) {
            enum el parent = el_by_name(w, n);
            assert(parent != EL_NONE);
            g->children[parent] |= UINT64_C(1) << r->el;
        }
        put_attrs(&g->allowed[r->el], r->required);
        put_attrs(&g->allowed[r->el], r->optional);
        put_attrs(&g->required[r->el], r->required);
        g->once |= (uint64_t)(r->how == ONCE) << r->el;
        g->text |= (uint64_t)(r->how == TEXT) << r->el;
    }
    g->children[EL_NONE] = UINT64_C(1) << EL_Project;
    return g;
}

const char *grammar_near_child(const struct grammar *g, enum el parent, const char *want, size_t n)
{
    struct near s = near_of(want, n);
    for (unsigned el = 1; el < EL_COUNT; el++)
        if (el_in(g->children[parent], (enum el)el))
            near_offer(&s, el_names[el], strlen(el_names[el]));
    return near_take(&s);
}

const char *grammar_near_attr(const struct grammar *g, enum el el, const char *want, size_t n)
{
    struct near s = near_of(want, n);
    for (unsigned at = 1; at < AT_COUNT; at++)
        if (at_in(&g->allowed[el], (enum at)at))
            near_offer(&s, at_names[at], strlen(at_names[at]));
    return near_take(&s);
}

const char *grammar_parents(const struct grammar *g, struct ctx *ctx, enum el el)
{
    const char *list = "";
    for (unsigned p = 1; p < EL_COUNT; p++)
        if (el_in(g->children[p], el))
            list = arena_printf(ctx->arena, "%s%s%s", list, *list ? ", " : "", el_names[p]);
    return list;
}
