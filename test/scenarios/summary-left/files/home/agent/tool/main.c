Made up, as all of this.
