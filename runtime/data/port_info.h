#ifndef DATA_PORT_INFO_H
#define DATA_PORT_INFO_H
/* What the transport tells the objects: of each port, and of its limits. Written by the conductor,
 * shown by the Network Port (clause 12.56) and Device objects. */
#include "runtime/base/tables.h"

/* What the conductor says of a port; the Network Port objects show it. */
struct port_info {
    uint8_t type, mode;         /* enum network_type; BACnet_IP_Mode                              */
    uint8_t quality, reliability;              /* Network_Number_Quality                          */
    uint16_t network, udp_port;
    uint8_t ip[4], mask[4], gateway[4], dns[4];
    uint8_t mac[6], mac_len;    /* of the device on it, for virtual ports of the router           */
    uint8_t everyone[4];        /* IPv4: the broadcast address                                    */
    bool changes_pending;
    float link_speed;           /* bit/s, 0: unknown                                              */
    uint8_t command;            /* enum port_command that the owner of the ports is to obey       */
    const struct ip_tables *tables;            /* NULL: neither BBMD nor foreign device           */
};
struct limits {                 /* what the transport can do; the Device objects say so           */
    uint16_t max_apdu, apdu_segment_timeout;
    uint8_t segmentation, max_segments;        /* enum segmentation                               */
};
#endif
