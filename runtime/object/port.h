#ifndef OBJECT_PORT_H
#define OBJECT_PORT_H
/* What clients change of a Network Port (clause 12.56): written settings wait in the overlay until
 * ReinitializeDevice(ACTIVATE_CHANGES), a restart, or Command says what becomes of them. */
#include "runtime/data/db.h"

enum ip_mode { IP_normal, IP_foreign, IP_bbmd };                /* BACnet_IP_Mode                 */
enum port_command {             /* those that are executed                                        */
    PORT_IDLE, PORT_DISCARD_CHANGES, PORT_RENEW_FD = 2, PORT_VALIDATE_CHANGES = 9,
};

/* Is the row one of the settings that wait? */
bool port_setting(enum prop_code code);
/* Beyond the datatype: may the setting hold this element? */
bac_err port_admit(uint32_t property, struct rd element);
/* May the whole be a Broadcast Distribution Table, with our own entry, which it has written or not (annex J.4.3)?
 * No node stands in it twice. */
bac_err port_admit_table(const struct db *db, uint32_t object, struct span table);
void port_written(struct db *db, uint32_t object);
bac_err port_command(struct db *db, uint32_t object, uint32_t command);
/* The value in use, encoded. */
void port_active(const struct db *db, const struct port_info *p, enum prop_code code, struct wr *w);
/* Lays what was written to the port (its index) over `t`; nothing is pending afterwards. */
void port_activate(struct db *db, uint32_t port, struct ip_tables *t);
/* The device begins anew: what was written to its own Network Ports takes effect, nobody else's. */
void port_restarted(const struct device *d);
struct port_info *port_info_of(struct db *db, uint32_t object); /* NULL: not one of the router's  */
#endif
