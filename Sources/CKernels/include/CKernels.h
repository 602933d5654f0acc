int CKernels_placeholder(void);
