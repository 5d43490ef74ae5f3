#ifndef BASE_VERSION_H
#define BASE_VERSION_H
/* The version of bacrt: `--version`, Firmware_Revision, Application_Software_Version. */
#define BACRT_VERSION "0.1.0"
#endif
