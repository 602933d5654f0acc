int CCodecs_placeholder(void);
