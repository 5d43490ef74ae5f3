/* Writes a project of N variables to standard output, in the proportions of a real controller
 * (REAL 1311 : BOOL 1289 : INT 255), with about 40 units, 30 state-text sets and an alarm point on
 * every 25th variable. The same N and seed give the same bytes anywhere.
 *     gen N [SEED [NAME]] > project.xml */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct unit {
    const char *text, *what;
    int low, high;                                       /* of a set point in this unit        */
};

static const struct unit units[] = {
    {"°C", "temperature", 5, 90},      {"°C", "supply temperature", 10, 80}, {"°C", "return temperature", 10, 70},
    {"%", "valve", 0, 100},            {"%", "damper", 0, 100},              {"%RH", "humidity", 20, 80},
    {"Pa", "pressure drop", 0, 500},   {"kPa", "pressure", 0, 600},          {"bar", "system pressure", 0, 10},
    {"mbar", "gas pressure", 0, 100},  {"hPa", "air pressure", 900, 1100},   {"m³/h", "flow", 0, 20000},
    {"l/s", "water flow", 0, 50},      {"l/min", "dosing", 0, 100},          {"l/h", "make-up", 0, 2000},
    {"m/s", "air speed", 0, 20},       {"W", "lamp power", 0, 500},          {"kW", "power", 0, 800},
    {"MW", "heat output", 0, 5},       {"kWh", "energy", 0, 1000000},        {"MWh", "heat", 0, 100000},
    {"Wh", "small energy", 0, 10000},  {"A", "current", 0, 630},             {"mA", "signal", 4, 20},
    {"V", "voltage", 0, 400},          {"kV", "high voltage", 0, 22},        {"Hz", "frequency", 0, 50},
    {"ppm", "CO2", 350, 2000},         {"s", "delay", 0, 600},               {"min", "run-on", 0, 60},
    {"h", "run time", 0, 100000},      {"d", "service interval", 0, 365},    {"lx", "light", 0, 2000},
    {"m³", "volume", 0, 100000},       {"l", "tank", 0, 5000},               {"g/kg", "moisture", 0, 30},
    {"rpm", "speed", 0, 3000},         {"mm", "position", 0, 200},           {"m", "level", 0, 10},
    {"kg", "weight", 0, 2000},         {"kg/h", "steam", 0, 4000},           {"kVA", "apparent power", 0, 1000},
    {"kvar", "reactive power", 0, 500}, {"°F", "imported temperature", 40, 200},
};
static const char *const states[][6] = {
    {"Off", "On"},                   {"OK", "Fault"},               {"Closed", "Open"},
    {"Normal", "Alarm"},             {"Auto", "Manual"},            {"Stop", "Run"},
    {"Local", "Remote"},             {"Empty", "Full"},             {"Day", "Night"},
    {"Absent", "Present"},           {"Locked", "Free"},            {"Vypnuto", "Zapnuto"},
    {"V pořádku", "Porucha"},        {"Zavřeno", "Otevřeno"},       {"Disabled", "Enabled"},
    {"Off", "Low", "High"},          {"Off", "Auto", "Hand"},       {"Stop", "Start", "Run"},
    {"Clean", "Soon dirty", "Dirty"}, {"Winter", "Transition", "Summer"},
    {"Vypnuto", "Auto", "Ručně"},    {"Idle", "Opening", "Open", "Closing"},
    {"Off", "Heat", "Cool", "Vent"}, {"Off", "1", "2", "3"},
    {"Night", "Standby", "Pre-comfort", "Comfort"},
    {"Stop", "Heating", "Cooling", "Free cooling", "Frost protection"},
    {"Off", "Stage 1", "Stage 2", "Stage 3", "Stage 4"},
    {"Ready", "Ignition", "Running", "Purge", "Lockout"},
    {"Off", "Boost", "Comfort", "Economy", "Frost", "Holiday"},
    {"Unknown", "Open", "Closed", "Moving", "Blocked", "Fault"},
};
enum { N_UNITS = sizeof units / sizeof *units, N_STATES = sizeof states / sizeof *states, N_BINARY = 15 };
static const char *const plants[] = {"AHU", "BOILER", "CHILLER", "HX", "ZONE", "PUMP", "FAN", "METER", "TANK", "DHW"};

static uint32_t next(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(*seed >> 8) * below >> 24);
}

static void print_state_sets(void)
{
    for (int i = 0; i < N_STATES; i++) {
        printf("  <StateTexts name=\"Set%02d\">", i + 1);
        for (int k = 0; k < 6 && states[i][k]; k++)
            printf("<State value=\"%d\">%s</State>", k, states[i][k]);
        puts("</StateTexts>");
    }
}

static void print_analog(uint32_t *seed, bool whole, uint32_t access)
{
    const struct unit *u = &units[next(seed, N_UNITS)];
    bool ranged = access != 0 || next(seed, 3) == 0 || (whole && u->high > 32767);
    printf("type=\"%s\" unit=\"%s\" ", !whole ? "REAL" : u->high > 32767 ? "DINT" : "INT", u->text);
    if (ranged)
        printf("low=\"%d\" high=\"%d\" ", u->low, u->high);
    int at = u->low + (int)next(seed, (uint32_t)(u->high - u->low) + 1);
    printf("initial=\"%d\" ", at);
    if (next(seed, 4) == 0)
        printf("covIncrement=\"%s\" ", whole ? "1" : "0.5");
    printf("description=\"%s %" PRIu32 "\" ", u->what, next(seed, 100));
}

static void print_variable(uint32_t *seed, uint32_t i)
{
    static const char *const access_of[] = {"read", "readWrite", "output"};
    const char *plant = plants[next(seed, 10)];
    uint32_t kind = next(seed, 2855), a = next(seed, 10), access = a < 6 ? 0 : a < 9 ? 1 : 2;
    printf("    <Variable name=\"%s%02" PRIu32 ".v%" PRIu32 "\" ", plant, 1 + i / 40 % 97, i);
    const char *alarm = NULL;
    if (kind < 1311) {
        alarm = "Limits";
        print_analog(seed, false, access);
    } else if (kind < 1311 + 1289) {
        alarm = access == 2 ? NULL : "Trip";
        printf("type=\"BOOL\" stateTexts=\"Set%02" PRIu32 "\" initial=\"%" PRIu32 "\" description=\"Signal %" PRIu32 "\" ",
               1 + next(seed, N_BINARY), next(seed, 2), i);
    } else if (next(seed, 2)) {
        alarm = access == 2 ? NULL : "Trip";
        printf("type=\"INT\" stateTexts=\"Set%02" PRIu32 "\" initial=\"0\" description=\"State %" PRIu32 "\" ",
               1 + N_BINARY + next(seed, N_STATES - N_BINARY), i);
    } else {
        print_analog(seed, true, access);
    }
    printf("access=\"%s\" ", access_of[access]);
    if (access == 1 && next(seed, 5) == 0)
        printf("commandable=\"true\" ");
    if (alarm && i % 25 == 0)
        printf("alarmPoint=\"%s\" ", alarm);
    printf("discipline=\"HVAC\" dataPointName=\"%s.%" PRIu32 "\" bacnetVisible=\"true\" bacnetDevice=\"Main\"/>\n",
           plant, i);
}

int main(int argc, char **argv)
{
    uint32_t n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    uint32_t seed = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1;
    const char *name = argc > 3 ? argv[3] : "Generated";
    if (argc < 2 || n < 1 || n > 4000000) {
        fputs("usage: gen N [SEED [NAME]]\n", stderr);
        return 1;
    }
    printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<!-- Written by tests/gen.c: gen %" PRIu32 " %" PRIu32 " %s -->\n"
           "<Project xmlns=\"urn:bacc:project:1\" name=\"%s\" guid=\"7d1f0a52-0000-4000-8000-%012" PRIu32 "\"\n"
           "         author=\"gen\" lastChange=\"2026-11-20\" description=\"%" PRIu32 " variables\">\n",
           n, seed, name, name, n, n);
    print_state_sets();
    puts("  <AlarmPoints>\n"
         "    <AlarmPoint name=\"Limits\" kind=\"limits\" high=\"1000000\" low=\"-50\" deadband=\"1\" delay=\"30s\" reset=\"auto\"/>\n"
         "    <AlarmPoint name=\"Trip\" kind=\"states\" alarmStates=\"1\" delay=\"5s\" reset=\"on-ack\"/>\n"
         "  </AlarmPoints>\n  <Variables>");
    for (uint32_t i = 1; i <= n; i++)
        print_variable(&seed, i);
    printf("  </Variables>\n"
           "  <Plc name=\"%s\" description=\"%s\">\n"
           "    <Channel name=\"BACnet\" protocol=\"BACnetServer\" link=\"UDP\">\n"
           "      <Port id=\"1\" network=\"1\" type=\"IPv4\" udpPort=\"47808\"/>\n"
           "      <Device name=\"Main\" instance=\"1200\" port=\"1\">\n"
           "        <NotificationClass name=\"Class_1\" instance=\"1\"><Recipient broadcast=\"local\" processId=\"1\"/></NotificationClass>\n"
           "      </Device>\n    </Channel>\n  </Plc>\n</Project>\n",
           name, name);
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
