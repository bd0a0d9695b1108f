// SPDX-License-Identifier: GPL-2.0
#include <linux/init.h>
#include <linux/module.h>

static int __init rehearsal_init(void)
{
	pr_info("REHEARSAL stand-in of kernel-mft-dkms loaded\n");
	return 0;
}

static void __exit rehearsal_exit(void)
{
}

module_init(rehearsal_init);
module_exit(rehearsal_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("REHEARSAL stand-in of the modules of mst");
