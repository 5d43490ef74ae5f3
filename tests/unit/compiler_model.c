/* Values as text, the vocabulary beside the schema for editors, and the passes from tree to
 * publications: names, polarity, 0-base, copies of recipients, midnight. */
#include "compiler/model_pass.h"
#include "compiler/number_text.h"
#include "compiler/publish.h"
#include "compiler/vocab.h"
#include "compiler/xml.h"
#include "tests/unit/unit.h"

#include "compiler/ctx.h"

#include <math.h>
#include <stdlib.h>

static void numbers(struct unit *u)
{
    static const char *const bad[] = {"", "-", ".", "1,5", "0x10", "nan", "inf", "1e", "1e999", " 1", "1 "};
    static const double same[] = {0, 1, -1, 0.1, 23.3, 1e-7, 16777217, 1e300, -273.15};
    double v;
    int64_t i;
    char text[32];
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        CHECK(u, !parse_real(bad[k], strlen(bad[k]), &v));
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        print_real(text, same[k]);
        CHECK(u, parse_real(text, strlen(text), &v) && v == same[k]);
    }
    CHECK(u, parse_real("+.5", 3, &v) && v == 0.5);
    CHECK(u, parse_real("-12.25", 6, &v) && v == -12.25);
    CHECK(u, parse_real("1e3", 3, &v) && v == 1000);
    CHECK(u, parse_int("-42", 3, &i) && i == -42);
    CHECK(u, !parse_int("1.0", 3, &i) && !parse_int("9999999999999999999", 19, &i));
    print_real(text, 23.3);
    CHECK(u, !strcmp(text, "23.3"));
    print_real(text, -0.0);
    CHECK(u, !strcmp(text, "0"));
}

static void times(struct unit *u)
{
    uint64_t ms;
    uint32_t t;
    uint8_t d[3], a[16], prefix, family;
    char text[32];
    CHECK(u, parse_duration("10ms", 4, &ms) && ms == 10);
    CHECK(u, parse_duration("5min", 4, &ms) && ms == 300000);
    CHECK(u, parse_duration("0", 1, &ms) && ms == 0);
    CHECK(u, !parse_duration("5", 1, &ms) && !parse_duration("5 s", 3, &ms));
    CHECK(u, !parse_duration("s", 1, &ms) && !parse_duration("99999999999d", 12, &ms));
    print_duration(text, 90000);
    CHECK(u, !strcmp(text, "90s"));
    print_duration(text, 0);
    CHECK(u, !strcmp(text, "0s"));
    CHECK(u, parse_time("23:59:59.99", 11, false, &t) && t == 8639999);
    CHECK(u, !parse_time("24:00", 5, false, &t) && parse_time("24:00", 5, true, &t));
    CHECK(u, parse_date("2026-11-20", 10, false, d) && d[0] == 126 && date_weekday(d) == 5);
    CHECK(u, parse_date("2000-02-29", 10, false, d) && date_exists(d) && date_weekday(d) == 2);
    CHECK(u, parse_date("1900-02-29", 10, false, d) && !date_exists(d));
    CHECK(u, parse_date("*-02-29", 7, true, d) && date_exists(d) && date_weekday(d) == 255);
    CHECK(u, !parse_date("*-02-29", 7, false, d) && !parse_date("2026-1-1", 8, true, d));
    CHECK(u, parse_network("10.0.0.0/8", 10, a, &prefix, &family) && prefix == 8 && family == 4);
    CHECK(u, parse_network("fe80::1", 7, a, &prefix, &family) && prefix == 128 && family == 6);
    CHECK(u, !parse_network("10.0.0.0/33", 11, a, &prefix, &family));
    CHECK(u, parse_host_port("a.b-c:502", 9) && !parse_host_port("a:0", 3) && !parse_host_port(":1", 2));
}

/* Each attribute of the vocabulary stands in the schema's element, and the other way round. */
static void schema(struct unit *u)
{
    FILE *f = fopen("schemas/project.xsd", "r");
    char line[4096], name[64], element[64] = "";
    size_t found = 0;
    CHECK(u, f != NULL);
    while (f && fgets(line, sizeof line, f)) {
        const char *e = strstr(line, "<xs:element name=\""), *a = strstr(line, "<xs:attribute name=\"");
        if (e)
            sscanf(e, "<xs:element name=\"%63[^\"]", element);
        if (!a || sscanf(a, "<xs:attribute name=\"%63[^\"]", name) != 1)
            continue;
        const struct vocab_row *row = NULL;
        for (size_t i = 0; i < n_vocab_rows; i++)
            if (!strcmp(el_names[vocab_rows[i].el], element) && !strcmp(at_names[vocab_rows[i].at], name))
                row = &vocab_rows[i];
        if (!CHECK(u, row != NULL))
            fprintf(stderr, "  %s@%s\n", element, name);
        else
            CHECK(u, (strstr(line, "use=\"required\"") != NULL) == (row->flags & VF_required));
        found++;
    }
    CHECK(u, found == n_vocab_rows);
    if (f)
        fclose(f);
}

static const char project[] =
    "<Project xmlns='urn:bacc:project:1' name='P'>"
    "<StateTexts name='S'><State value='0'>Off</State><State value='1'>Low</State>"
    "<State value='2'>High</State></StateTexts>"
    "<Recipients><Recipient device='552' processId='1'/><Recipient device='553' processId='1'/>"
    "</Recipients>"
    "<AlarmPoints><AlarmPoint name='A' kind='states' alarmStates='High 0'/></AlarmPoints>"
    "<Variables>"
    "<Variable name='B' type='BOOL' access='readWrite' polarity='reverse' bacnetVisible='true'/>"
    "<Variable name='M' type='INT' stateTexts='S' access='read' dataPointName='AHU.M' alarmPoint='A'"
    " initial='High' bacnetVisible='true'/>"
    "<Variable name='T' type='REAL' unit='\xc2\xb0""C' access='output'/>"
    "<Variable name='O' type='SCHEDULE_INT' bacnetVisible='true'/>"
    "<Variable name='Q' type='SCHEDULE_REAL'/>"
    "</Variables>"
    "<Plc name='PLC'><Channel><Access><Allow from='10.0.0.1' to='10.0.0.6'/></Access>"
    "<Port id='1'/><Device name='D' instance='1' firstInstance='5'>"
    "<NotificationClass name='Class_1'><Recipient device='552' processId='9'/></NotificationClass>"
    "<Object variable='T' name='Valve' instance='7'/><Object variable='B' enabled='false'/>"
    "<Schedule variable='Q'><Week><Friday><At time='18:00' value='2'/><At time='06:00' value='1'/>"
    "</Friday><Sunday><At time='00:00' value='null'/></Sunday></Week></Schedule>"
    "</Device></Channel></Plc></Project>";

static void passes(struct unit *u)
{
    struct ctx ctx;
    double wire, *values;
    ctx_init(&ctx);
    ctx.tree = xml_load_buffer(&ctx, "test.xml", project, sizeof project - 1);
    pass_build(&ctx);
    pass_resolve(&ctx);
    pass_publish(&ctx);
    pass_check(&ctx);
    if (!CHECK(u, ctx.model && diag_errors(&ctx) == 0)) {
        diag_print(&ctx, stderr, (struct diag_style){DIAG_TEXT, false});
        return;
    }
    const struct device *d = first_device(ctx.model, NULL);
    CHECK(u, !strcmp(d->object_name.s, "PLC") && d->first_instance == 5 && d->port);
    if (!CHECK(u, d->n_publications == 2))
        return;
    const struct publication *m = &d->publications[0], *t = &d->publications[1];
    CHECK(u, !strcmp(publication_name(m).s, "AHU.M") && m->type == OT_multi_state_input && !m->writable);
    CHECK(u, publication_class(m) == d->classes && m->variable->initial == 2);
    CHECK(u, wire_value(m, 0, &wire) && wire == 1 && wire_value(m, 2, &wire) && wire == 3);
    CHECK(u, !wire_value(m, 3, &wire));
    CHECK(u, alarm_values(&ctx, m->variable, publication_alarm(m)->alarm_states, &values) == 2 &&
                 values[0] == 0 && values[1] == 2);
    CHECK(u, t->type == OT_analog_output && t->commandable && publication_instance(t) == 7 && publication_row(t));
    CHECK(u, t->variable->unit_code == 62 && t->variable->cov_increment == 0.2);
    CHECK(u, publication_of(t->variable, d) == t);
    const struct variable *b = ctx.model->variables;
    struct publication reverse = {.variable = ctx.model->variables, .type = OT_binary_value, .reverse = true};
    CHECK(u, b->reverse == YES && wire_value(&reverse, 0, &wire) && wire == 1);
    CHECK(u, !b->publications);
    const struct recipient *r = d->classes->recipients;
    CHECK(u, r && r->device == 553 && r->next && r->next->device == 552 && r->next->process_id == 9);
    const struct schedule *q = d->schedules, *o = q->next;
    CHECK(u, q->week[4]->time == 2160000 && q->week[4]->next->value == 2);
    CHECK(u, q->week[5] && q->week[5]->automatic && q->week[5]->time == 0 && q->week[5]->value == 2);
    CHECK(u, q->week[6]->is_null && !q->week[6]->next && !q->week[0]);
    CHECK(u, o && o->automatic && o->type == VT_schedule_int && !strcmp(o->name.s, "O"));
    unsigned n = 0;
    for (const struct allow *a = d->channel->allows; a; a = a->next)
        n++;
    CHECK(u, n == 4);                       /* .1/32 .2/31 .4/31 .6/32                          */
}

int main(void)
{
    struct unit u = {0, 0};
    numbers(&u);
    times(&u);
    schema(&u);
    passes(&u);
    return unit_end(&u);
}
