#ifndef SCHEMAS_VERSION_H
#define SCHEMAS_VERSION_H
/* The one version of both programs: `--version`, Firmware_Revision, Application_Software_Version. */
#define BAC_VERSION "1.0.0"
#endif
